import type { Capture, DataOf } from '../definition.ts'
import { listen, observer } from '../dom/listen.ts'
import { navigationEntry } from '../dom/navigation.ts'
import { elapsed, isFramed, on, onLeave, tell as tellAll, view } from '../dom/view.ts'
import type { webVital } from './schema.ts'
import { interactionToNextPaint, layoutShift, type ShiftEntry } from './scores.ts'

/** An entry of one of the types that are observed. */
interface Entry extends PerformanceEntry, ShiftEntry {
  readonly startTime: number
  /** Of a layout shift alone. */
  readonly hadRecentInput?: boolean
  readonly interactionId?: number
  /** Of a large paint alone. */
  readonly size?: number
}
type Name = DataOf<typeof webVital>['name']

const TYPES = ['visibility-state', 'paint', 'largest-contentful-paint', 'layout-shift', 'first-input', 'event']
/** Shorter events of an interaction, in ms, are not asked for; the first one always is. */
const SLOW = 40

/** What stands for interactions that were all too short to be measured, in ms. After a load the first one is measured in any case. */
const UNMEASURED = 8

const countInteractions = () => (performance as { interactionCount?: number }).interactionCount ?? 0

/** Web vitals by the rules of https://github.com/GoogleChrome/web-vitals, whose own listeners cannot be taken off again. */
export const capture: Capture<typeof webVital> = (emit) => {
  if (isFramed()) return
  const { isLoad, kind, wasHidden, cameAt: began = elapsed() } = view
  const { supportedEntryTypes } = PerformanceObserver
  const earlier = isLoad ? 0 : countInteractions()
  const load = navigationEntry()
  const activated = load?.activationStart ?? 0
  const sinceActivation = (time: number) => Math.max(0, time - activated)
  const told: { [name in Name]?: number | undefined } = {}
  // What is not known has not been told either.
  const tell = (name: Name, value: number | undefined) => {
    if (value === told[name]) return
    told[name] = value
    emit({ name, value: value! })
  }

  // A page that is not looked at paints when it likes: that is not told. It may have been hidden before this script came.
  let isPaintTold = isLoad && !wasHidden
  let largest: number | undefined
  let shift = supportedEntryTypes.includes('layout-shift') ? 0 : undefined
  const shiftOf = layoutShift()
  const latencies = new Map<number, number>()
  const take = (entries: PerformanceEntryList) => {
    for (const entry of entries as Entry[]) {
      const { startTime, duration, interactionId } = entry
      const isOfView = isLoad || startTime + duration >= began
      if (entry.value) {
        if (!entry.hadRecentInput && isOfView) shift = shiftOf(entry)
      } else if (interactionId) {
        if (isOfView) latencies.set(interactionId, Math.max(duration, latencies.get(interactionId) ?? 0))
      } else if (entry.name === 'hidden' && startTime >= activated) isPaintTold = false
      else if (isPaintTold) {
        if (entry.size) largest = sinceActivation(startTime)
        if (entry.name === 'first-contentful-paint') tell('FCP', sinceActivation(startTime))
      }
    }
  }
  const performances = observer(PerformanceObserver, (list: PerformanceObserverEntryList) => take(list.getEntries()))
  for (const type of TYPES)
    if (supportedEntryTypes.includes(type))
      performances.observe({ type, buffered: true, durationThreshold: SLOW } as PerformanceObserverInit)

  const finish = () => {
    take(performances.takeRecords())
    tell('LCP', told.LCP ?? largest)
  }
  // What is painted after the first input does not count any more.
  listen('keydown click', ({ isTrusted }) => isTrusted && finish())
  onLeave(() => {
    finish()
    const count = countInteractions() - earlier
    tell('INP', interactionToNextPaint(latencies.values(), count) ?? (!isLoad && count ? UNMEASURED : undefined))
    if (!isLoad || 'FCP' in told) tell('CLS', shift)
    isPaintTold = false
  })

  if (isLoad && load?.responseStart) tell('TTFB', sinceActivation(load.responseStart))
  if (kind !== 'restore') return
  tell('TTFB', 0)
  on('painted', () => {
    tell('FCP', elapsed() - began)
    tell('LCP', told.FCP)
  })
  requestAnimationFrame(() => requestAnimationFrame(() => tellAll('painted')))
}
