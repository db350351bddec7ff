import type { Capture, DataOf } from '../definition.ts'
import { guard, listen, onAbort } from '../dom/listen.ts'
import { onLeave } from '../dom/visibility.ts'
import type { webVital } from './schema.ts'
import { interactionToNextPaint, layoutShift, type ShiftEntry } from './scores.ts'

/** An entry of one of the types that are observed. */
interface Entry extends PerformanceEntry, ShiftEntry {
  readonly startTime: number
  readonly hadRecentInput?: boolean
  readonly interactionId?: number
}
type Name = DataOf<typeof webVital>['name']

const TYPES = ['paint', 'largest-contentful-paint', 'layout-shift', 'first-input', 'event']
/** Shorter events of an interaction, in ms, are not asked for; the first one always is. */
const SLOW = 40

const countInteractions = () => (performance as { interactionCount?: number }).interactionCount ?? 0

/** Web vitals by the rules of https://github.com/GoogleChrome/web-vitals, whose own listeners cannot be taken off again. */
export const capture: Capture<typeof webVital> = ({ emit, config, signal }) => {
  if (config.frame === 'sub') return
  const { isLoad, kind, wasHidden } = config.view
  const { supportedEntryTypes } = PerformanceObserver
  const began = performance.now()
  const earlier = isLoad ? 0 : countInteractions()
  const [load] = performance.getEntriesByType('navigation') as (PerformanceNavigationTiming & { activationStart?: number })[]
  const sinceActivation = (time = 0) => Math.max(0, time - (load?.activationStart ?? 0))
  const told: { [name in Name]?: number } = {}
  const tell = (name: Name, value: number | undefined) => {
    if (value === undefined || value === told[name]) return
    told[name] = value
    emit({ name, value })
  }

  // A page that is not looked at paints when it likes: that is not told.
  let isPaintTold = isLoad && !wasHidden
  let largest: number | undefined
  let shift = supportedEntryTypes.includes('layout-shift') ? 0 : undefined
  const shiftOf = layoutShift()
  const latencies = new Map<number, number>()
  const take = (entries: PerformanceEntryList) => {
    for (const entry of entries as Entry[]) {
      const { entryType, name, startTime, duration, interactionId } = entry
      if (entryType === 'layout-shift') {
        if (!entry.hadRecentInput && (isLoad || startTime >= began)) shift = shiftOf(entry)
      } else if (interactionId) {
        if (isLoad || startTime + duration >= began) latencies.set(interactionId, Math.max(duration, latencies.get(interactionId) ?? 0))
      } else if (!isPaintTold) continue
      else if (name === 'first-contentful-paint') tell('FCP', sinceActivation(startTime))
      else if (entryType === TYPES[1]) largest = sinceActivation(startTime)
    }
  }
  const observer = new PerformanceObserver(guard((list: PerformanceObserverEntryList) => take(list.getEntries())))
  for (const type of TYPES)
    if (supportedEntryTypes.includes(type)) observer.observe({ type, buffered: true, durationThreshold: SLOW } as PerformanceObserverInit)
  onAbort(() => observer.disconnect(), signal)

  const finish = () => {
    take(observer.takeRecords())
    tell('LCP', told.LCP ?? largest)
  }
  listen('keydown click', ({ isTrusted }) => isTrusted && finish(), signal)
  onLeave(() => {
    finish()
    tell('INP', interactionToNextPaint(latencies.values(), countInteractions() - earlier))
    if (!isLoad || told.FCP !== undefined) tell('CLS', shift)
    isPaintTold = false
  }, signal)

  if (isLoad && load?.responseStart) tell('TTFB', sinceActivation(load.responseStart))
  if (kind !== 'restore') return
  tell('TTFB', 0)
  const painted = guard(() => {
    if (signal.aborted) return
    tell('FCP', performance.now() - began)
    tell('LCP', told.FCP)
  })
  requestAnimationFrame(() => requestAnimationFrame(painted))
}
