import type { CaptureConfig, PageView, Reports } from '@webwatch/events/config.ts'
import type { Capture, EventDefinition } from '@webwatch/events/definition.ts'
import { guard, listen, onAbort, renewListeners } from '@webwatch/events/dom/listen.ts'
import { isMasked } from '@webwatch/events/dom/target.ts'
import { isVisible } from '@webwatch/events/dom/visibility.ts'
import { captures } from '@webwatch/events/generated/captures.ts'
import { cleanUrl } from '@webwatch/events/url.ts'
import { startClock } from './clock.ts'
import { kindOfLoad, onPageView } from './navigation.ts'
import type { TrackerSettings } from './settings.ts'
import type { Transport } from './transport.ts'
import { eventId, uuidv7 } from './uuid.ts'

export interface TrackerOptions {
  transport: Transport
  /** What the site has settled. It may change while the tracker runs, and holds from then on. */
  settings: TrackerSettings
  /** Where what does not come through the document is picked up. */
  reports: Reports
  /** Stops tracking for good when it aborts: no listener, timer or observer is left. */
  signal: AbortSignal
}

/**
 * Calls back once the document is shown: one that is prerendered or in a background tab has not been viewed yet.
 * It is told whether the document was hidden before, which one is not that is prerendered.
 */
function whenShown(callback: (wasHidden: boolean) => void, signal: AbortSignal): void {
  let isWaiting = true
  let wasHidden = false
  const check = () => {
    const { prerendering } = document as { prerendering?: boolean }
    if (!isWaiting || prerendering) return
    isWaiting = !isVisible()
    if (!isWaiting) callback(wasHidden)
    wasHidden = true
  }
  listen('visibilitychange prerenderingchange', check, signal, document)
  check()
}

/** Starts every capture for one page view; they end with the signal. */
function watchPageView(view: PageView, url: string, { transport, settings, reports }: TrackerOptions, signal: AbortSignal): void {
  const now = startClock()
  const page = uuidv7(now())
  // What the settings become later is seen through it.
  const config: CaptureConfig = Object.assign(Object.create(settings), { view, reports, frame: window.top === window ? 'top' : 'sub' })
  let seq = 0
  for (const [type, capture] of Object.entries(captures)) {
    if (settings.disabled.includes(type)) continue
    const emit = (data: Record<string, unknown>, at = now()) => {
      if (settings.disabled.includes(type) || (frameElement && isMasked(frameElement, { maskSelectors: settings.maskSelectors }))) return
      const time = Math.round(at)
      transport.accept({ id: eventId(page, seq, time), type, time, seq: seq++, url, page, data })
    }
    // One that fails, on a page that has taken the browser's own functions away, does not keep the others from working.
    guard(capture as Capture<EventDefinition>)({ emit, now, config, signal })
  }
}

/**
 * Watches the document until the signal aborts: one page view after the other, each with its own id and numbering.
 * When a view ends, its captures first say what they still hold, under the old address.
 */
export function startTracker(options: TrackerOptions): void {
  const { transport, settings, signal } = options
  let view: AbortController | undefined
  let url = ''
  const begin = (of: PageView) => {
    view?.abort()
    view = new AbortController()
    url = cleanUrl(location.href, settings.allowedParameters) || 'about:blank'
    watchPageView(of, url, options, view.signal)
  }
  const { referrer } = document
  whenShown((wasHidden) => {
    begin({ kind: kindOfLoad(), referrer, isLoad: true, wasHidden })
    onPageView((kind) => begin({ kind, referrer: kind === 'restore' ? referrer : url, isLoad: false, wasHidden: false }), signal)
  }, signal)
  // After the captures, so that they have said their last before the transport sends.
  const leave = guard(() => transport.leave())
  const hide = () => isVisible() || leave()
  const listenLast = () => {
    window.addEventListener('pagehide', leave, { signal })
    document.addEventListener('visibilitychange', hide, { signal })
  }
  listenLast()
  const reopened = new MutationObserver(
    guard(() => {
      renewListeners()
      listenLast()
    }),
  )
  reopened.observe(document, { childList: true })
  onAbort(() => {
    view?.abort()
    reopened.disconnect()
    leave()
  }, signal)
}
