import type { Capture } from '../definition.ts'
import { onLeave } from '../dom/activity.ts'
import { cleanUrl, maskSecrets } from '../url.ts'
import type { pageview } from './schema.ts'

/** Time in ms that an application gets to set the title of the page it has navigated to. */
const TITLE_GRACE = 500

/** One event per page view, told when the title of the page is known. */
export const capture: Capture<typeof pageview> = ({ emit, now, config, signal }) => {
  if (config.frame === 'sub') return
  const time = now()
  const settled = new AbortController()
  const until = AbortSignal.any([signal, settled.signal])
  const tell = () => {
    if (settled.signal.aborted) return
    settled.abort()
    const title = maskSecrets(document.title).slice(0, 512)
    emit({ referrer: cleanUrl(config.view.referrer, config.allowedParameters), title, kind: config.view.kind }, time)
  }
  onLeave(tell, until)
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', tell, { capture: true, signal: until })
  else if (config.view.kind === 'load' || config.view.kind === 'restore') tell()
  else awaitTitle(tell, until)
}

/** Calls back as soon as the title changes, and after a grace when it does not. */
function awaitTitle(tell: () => void, signal: AbortSignal): void {
  const observer = new MutationObserver(tell)
  observer.observe(document.head ?? document.documentElement, { childList: true, subtree: true, characterData: true })
  const timer = setTimeout(tell, TITLE_GRACE)
  signal.addEventListener('abort', () => {
    observer.disconnect()
    clearTimeout(timer)
  })
}
