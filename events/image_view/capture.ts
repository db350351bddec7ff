import type { Capture } from '../definition.ts'
import { isMasked } from '../dom/target.ts'
import { cleanUrl, maskSecrets } from '../url.ts'
import type { imageView } from './schema.ts'

/** Time in ms that half of an image must be in view. */
const SEEN_AFTER = 1_000

function isHidden(image: Element, maskSelectors: readonly string[]): boolean {
  for (let current: Element | null = image; current; current = current.parentElement) if (isMasked([current], maskSelectors)) return true
  return false
}

/** Images that were seen, each once per page view. */
export const capture: Capture<typeof imageView> = ({ emit, config, signal }) => {
  const timers = new Map<Element, ReturnType<typeof setTimeout>>()
  const stop = (image: Element) => {
    clearTimeout(timers.get(image))
    timers.delete(image)
  }
  const see = (image: HTMLImageElement) => {
    stop(image)
    intersections.unobserve(image)
    if (isHidden(image, config.maskSelectors)) return
    emit({ image_url: cleanUrl(image.currentSrc, config.allowedParameters), alt: maskSecrets(image.alt).slice(0, 512) })
  }
  const wait = (image: HTMLImageElement) => {
    stop(image)
    if (document.visibilityState === 'visible' && image.complete && image.naturalWidth > 0)
      timers.set(image, setTimeout(see, SEEN_AFTER, image))
  }
  const inView = new Set<HTMLImageElement>()
  const intersections = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const image = target as HTMLImageElement
        if (isIntersecting) {
          inView.add(image)
          wait(image)
        } else {
          inView.delete(image)
          stop(image)
        }
      }
    },
    { threshold: 0.5 },
  )
  const known = new WeakSet<Element>()
  const watch = (image: HTMLImageElement) => {
    if (known.has(image)) return
    known.add(image)
    intersections.observe(image)
  }
  const mutations = new MutationObserver((records) => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        if (node instanceof HTMLImageElement) watch(node)
        else if (node instanceof Element && node.childElementCount > 0) for (const image of node.getElementsByTagName('img')) watch(image)
      }
    }
  })
  for (const image of document.images) watch(image)
  mutations.observe(document, { childList: true, subtree: true })
  const loaded = (event: Event) => event.target instanceof HTMLImageElement && inView.has(event.target) && wait(event.target)
  // The loads of elements pass the document, but never the window.
  document.addEventListener('load', loaded, { capture: true, signal })
  document.addEventListener('visibilitychange', () => inView.forEach(document.visibilityState === 'visible' ? wait : stop), {
    capture: true,
    signal,
  })
  signal.addEventListener('abort', () => {
    intersections.disconnect()
    mutations.disconnect()
    for (const image of timers.keys()) stop(image)
  })
}
