import type { Capture } from '../definition.ts'
import { guard, listen, onAbort, timer } from '../dom/listen.ts'
import { onLeave } from '../dom/visibility.ts'
import { cleanUrl, maskSecrets } from '../url.ts'
import type { pageview } from './schema.ts'

/** Time in ms that an application gets to set the title of the page it shows. */
const TITLE_GRACE = 1_000

/** One event per page view, told when the title of the page is known. */
export const capture: Capture<typeof pageview> = ({ emit, now, config, signal }) => {
  if (config.frame === 'sub') return
  const { kind, referrer, isLoad } = config.view
  const time = now()
  const settled = new AbortController()
  const until = settled.signal
  const tell = () => {
    if (until.aborted) return
    settled.abort()
    emit({ referrer: cleanUrl(referrer, config.allowedParameters), title: maskSecrets(document.title).slice(0, 512), kind }, time)
  }
  // Within the document the title may be the page's before for a while; in one that was loaded, none is none yet.
  const awaitTitle = () => {
    const before = isLoad || kind === 'restore' ? '' : document.title
    const check = () => document.title !== before && tell()
    const changes = new MutationObserver(guard(check))
    changes.observe(document, { childList: true, subtree: true, characterData: true })
    onAbort(() => changes.disconnect(), until)
    timer(tell, until)(TITLE_GRACE)
    check()
  }
  onLeave(tell, signal)
  if (document.readyState === 'loading') listen('DOMContentLoaded', awaitTitle, until, document)
  else awaitTitle()
}
