import type { PageView } from '@webwatch/events/config.ts'
import type { Capture, EventDefinition } from '@webwatch/events/definition.ts'
import { captures } from '@webwatch/events/generated/captures.ts'
import { cleanUrl } from '@webwatch/events/url.ts'
import { startClock } from './clock.ts'
import { kindOfLoad, onPageView } from './navigation.ts'
import type { TrackerSettings } from './settings.ts'
import type { Transport } from './transport.ts'
import { uuidv7 } from './uuid.ts'

export interface TrackerOptions {
  transport: Transport
  settings: TrackerSettings
  /** Stops tracking for good when it aborts: no listener, timer or observer is left. */
  signal: AbortSignal
}

/** Calls back once the document is shown: one that is prerendered or in a background tab has not been viewed yet. */
function whenShown(callback: () => void, signal: AbortSignal): void {
  const isShown = () => document.visibilityState === 'visible' && !(document as { prerendering?: boolean }).prerendering
  if (isShown()) {
    callback()
    return
  }
  const shown = new AbortController()
  const check = () => {
    if (!isShown()) return
    shown.abort()
    callback()
  }
  const until = AbortSignal.any([signal, shown.signal])
  for (const type of ['visibilitychange', 'prerenderingchange']) document.addEventListener(type, check, { capture: true, signal: until })
}

/** Starts every capture for one page view; they end with the signal. */
function watchPageView(view: PageView, url: string, { transport, settings }: TrackerOptions, signal: AbortSignal): void {
  const now = startClock()
  const page = uuidv7(now())
  const config = { ...settings, view, frame: window.top === window ? ('top' as const) : ('sub' as const) }
  let seq = 0
  for (const [type, capture] of captures) {
    if (settings.disabled.includes(type)) continue
    const emit = (data: Record<string, unknown>, at = now()) => {
      const time = Math.round(at)
      transport.accept({ id: uuidv7(time), type, time, seq: seq++, url, page, data })
    }
    ;(capture as Capture<EventDefinition>)({ emit, now, config, signal })
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
  const begin = (kind: PageView['kind'], referrer: string) => {
    view?.abort()
    view = new AbortController()
    url = cleanUrl(location.href, settings.allowedParameters) || 'about:blank'
    watchPageView({ kind, referrer }, url, options, view.signal)
  }
  whenShown(() => {
    begin(kindOfLoad(), document.referrer)
    onPageView((kind) => begin(kind, kind === 'restore' ? document.referrer : url), signal)
  }, signal)
  // Without capture, so that the captures have said their last before the transport sends.
  window.addEventListener('pagehide', () => transport.leave(), { signal })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && transport.leave(), { signal })
  signal.addEventListener('abort', () => {
    view?.abort()
    transport.leave()
  })
}
