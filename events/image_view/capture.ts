import type { Capture } from '../definition.ts'
import { cleanAddress } from '../dom/address.ts'
import { listen, observer } from '../dom/listen.ts'
import { guard, onStop } from '../dom/view.ts'
import { isVisible, onVisibility } from '../dom/visibility.ts'
import { maskSecrets } from '../url.ts'
import type { imageView } from './schema.ts'

/** Time in ms that half of an image must be in view. */
const SEEN_AFTER = 1_000

/** Images that were seen, each once per page view. */
export const capture: Capture<typeof imageView> = (emit) => {
  const timers = new Map<HTMLImageElement, ReturnType<typeof setTimeout>>()
  const seen = new WeakMap<Element, Set<string>>()
  /** Looks again after a while: what is the same then has been seen. Nobody sees what is in a hidden page, or not there to be shown. */
  const look = guard((image: HTMLImageElement, before: string) => {
    clearTimeout(timers.get(image))
    if (!isVisible() || !image.naturalWidth) return
    // What it shows, whichever of its sizes the browser takes; empty while it shows nothing that can be seen.
    const picture = image.checkVisibility({ opacityProperty: true, visibilityProperty: true }) ? image.src + image.srcset : ''
    const told = seen.get(image) ?? new Set()
    if (told.has(picture)) return
    if (!picture || picture !== before) timers.set(image, setTimeout(look, SEEN_AFTER, image, picture))
    else {
      seen.set(image, told.add(picture))
      emit({ image_url: cleanAddress(image.currentSrc), alt: maskSecrets(image.alt).slice(0, 512) }, image)
    }
  })
  const intersections = observer(
    IntersectionObserver,
    (entries: IntersectionObserverEntry[]) => {
      for (const { target: image, isIntersecting } of entries as (IntersectionObserverEntry & { target: HTMLImageElement })[]) {
        clearTimeout(timers.get(image))
        timers.delete(image)
        if (isIntersecting) look(image, '')
      }
    },
    { threshold: 0.5 },
  )
  const watch = (node: Node) => {
    for (const element of [node, ...((node as Element).querySelectorAll?.('img') ?? [])] as Element[])
      if (element.localName === 'img') intersections.observe(element)
  }
  const mutations = observer(MutationObserver, (records: MutationRecord[]) => {
    for (const { addedNodes } of records) addedNodes.forEach(watch)
  })
  watch(document)
  mutations.observe(document, { childList: true, subtree: true })
  // A picture that has come late, or in the place of another: looking at it anew tells whether it is in view.
  listen<Event & { target: Element }>(
    'load',
    ({ target: image }) => {
      if (image.localName !== 'img') return
      intersections.unobserve(image)
      intersections.observe(image)
    },
    document,
  )
  onVisibility(() => {
    for (const image of timers.keys()) look(image, '')
  })
  onStop(() => timers.forEach(clearTimeout))
}
