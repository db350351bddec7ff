import type { PageView, ReportTypes } from '@webwatch/events/config.ts'
import type { Capture, EventDefinition } from '@webwatch/events/definition.ts'
import { cleanAddress } from '@webwatch/events/dom/address.ts'
import { attach, listen, observer, renewListeners } from '@webwatch/events/dom/listen.ts'
import { isMasked } from '@webwatch/events/dom/target.ts'
import { beginView, controller, endView, guard, now, tell, view } from '@webwatch/events/dom/view.ts'
import { isVisible, onVisibility } from '@webwatch/events/dom/visibility.ts'
import { captures } from '@webwatch/events/generated/captures.ts'
import { startClock, timeSlept } from './clock.ts'
import { kindOfLoad, onPageView } from './navigation.ts'
import type { TrackerSettings } from './settings.ts'
import type { Transport } from './transport.ts'
import { eventId, uuidv7 } from './uuid.ts'

/** Most reports that wait for a page view: a page that is not shown yet has none that they belong to. */
const CAPACITY = 500

const waiting: Parameters<typeof tell>[] = []

/** Takes what does not come through the document to its capture. */
export const report = <Type extends keyof ReportTypes>(...told: [type: Type, ...ReportTypes[Type]]): void => {
  if (view) tell(...told)
  else if (waiting.length < CAPACITY) waiting.push(told)
}

/** Starts every capture for one page view. */
function capturePageView(url: string, transport: Transport, settings: TrackerSettings): void {
  const page = uuidv7(now())
  let seq = 0
  for (const [type, capture] of Object.entries(captures)) {
    if (settings.disabled.includes(type)) continue
    const emit = (data: Record<string, unknown>, about: Element | null | undefined = frameElement, time = now()) => {
      if (settings.disabled.includes(type) || isMasked(about)) return
      time += timeSlept()
      transport.take({ id: eventId(page, seq, time), type, time, seq: seq++, url, page, data }, about)
    }
    // One that fails, on a page that has taken the browser's own functions away, does not keep the others from working.
    guard(capture as Capture<EventDefinition>)(emit, type)
  }
}

/**
 * Watches the document: one page view after the other, each with its own id and numbering. When a view ends, its captures first say
 * what they still hold, under the old address.
 * @param settings what the site has settled. It may change while the tracker runs, and holds from then on
 * @param also called with the start and with each page view: what it listens to ends with the view
 * @returns stops tracking for good: no listener, timer or observer is left
 */
export function startTracker(transport: Transport, settings: TrackerSettings, also?: () => void): () => void {
  const { referrer } = document
  let url = ''
  let wasHidden = false

  const leave = () => {
    tell('leave')
    transport.leave()
  }
  const leaveForGood = guard(() => {
    tell('end')
    leave()
  })
  /** Whatever is heard in a view is heard anew in the next one. */
  const listenAnew = () => {
    also?.()
    observer(MutationObserver, renewListeners).observe(document, { childList: true })
  }
  const begin = (its: PageView) => {
    endView()
    beginView(settings, its, startClock())
    url = cleanAddress(location.href) || 'about:blank'
    // Before the captures, so that idle time is told before it is forgotten that there was any.
    onVisibility(() => isVisible() || leave())
    listen('pagehide', leaveForGood)
    // Once more, for Firefox: of a tab that is closed it does not call the first one.
    attach('pagehide', leaveForGood)
    capturePageView(url, transport, settings)
    onPageView((kind, cameAt) => begin({ kind, referrer: cameAt ? referrer : url, cameAt }))
    listenAnew()
    for (const told of waiting.splice(0)) tell(...told)
  }
  /** A document that is prerendered or in a background tab has not been viewed yet; only the latter one was hidden. */
  const awaitShown = () => {
    if ((document as { prerendering?: boolean }).prerendering) return
    if (isVisible()) begin({ kind: kindOfLoad(), referrer, isLoad: true, wasHidden })
    wasHidden = true
  }
  listen('visibilitychange prerenderingchange', awaitShown)
  listenAnew()
  awaitShown()
  return () => {
    endView()
    controller.abort()
    transport.leave()
  }
}
