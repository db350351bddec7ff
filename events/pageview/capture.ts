import type { Capture } from '../definition.ts'
import { cleanAddress } from '../dom/address.ts'
import { listen, observer, timer } from '../dom/listen.ts'
import { isFramed, now, onLeave, view } from '../dom/view.ts'
import { maskSecrets } from '../url.ts'
import type { pageview } from './schema.ts'

/** Time in ms that an application gets to set the title of the page it shows; once it has done so it gets longer. */
let grace = 1_000
const LONGER_GRACE = 5_000

/** Asked past what a page may have put there: an image or a form that is called `title`. */
const titleOf = (): string => Reflect.get(Document.prototype, 'title', document)

/** One event per page view, told when the title of the page is known. */
export const capture: Capture<typeof pageview> = (emit) => {
  if (isFramed()) return
  const { kind, referrer, isLoad } = view
  const time = now()
  let before: string | undefined
  let isTold = false
  const tell = () => {
    changes.disconnect()
    if (!isTold) emit({ referrer: cleanAddress(referrer), title: maskSecrets(titleOf()).slice(0, 512), kind }, undefined, time)
    isTold = true
  }
  const check = () => {
    if (titleOf() === before) return
    if (before) grace = LONGER_GRACE
    tell()
  }
  const changes = observer(MutationObserver, check)
  const tellLater = timer(tell)
  const awaitTitle = () => {
    // Within the document the title may be the page's before for a while; in one that was loaded, none is none yet.
    before = isLoad || kind === 'restore' ? '' : titleOf()
    changes.observe(document, { childList: true, subtree: true, characterData: true })
    tellLater(grace)
    check()
  }
  onLeave(tell)
  if (document.readyState === 'loading') listen('DOMContentLoaded', awaitTitle)
  else awaitTitle()
}
