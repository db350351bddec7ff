import type { Aggregate, Metric } from '@webwatch/events/metric.ts'
import { fluxOf, rowsSteps } from '../flux/flux.ts'
import { define, give, newScript, overStretches, type Script, textOf } from '../flux/script.ts'
import { frameOf, type PanelQuery } from './frame.ts'
import { everyWindow, zeros } from './series.ts'
import { append } from './text.ts'

const BY_SERIES = 'reduced'

/** The metric with other bounds for its bins. */
export function withBins(metric: Metric, bounds: readonly number[]): Metric {
  return { ...metric, measure: { ...(metric.measure as Aggregate), take: { histogram: bounds } } }
}

/** Columns of a heatmap. */
const SLICES = 30

/** Whether a number is made of all events of a page view, visit or visitor. */
const isOfEntities = ({ measure }: Metric): boolean => 'take' in measure && measure.each !== undefined

/**
 * A series for each bin, named by its upper bound, with the cells of a heatmap: the range is cut into equal slices. Of many events each slice is asked for by
 * itself: storage gives it as one table, which takes a fraction of the time that windows of all would. Of what there is one number for each page view, a
 * hundredth as many, one read with windows takes half as long as 30 reads.
 */
export function binnedSeriesQuery(metric: Metric, bounds: readonly number[], options: PanelQuery = {}): string {
  const script = newScript(frameOf(metric, options))
  const width = define(script, [`(int(v: v.timeRangeStop) - int(v: v.timeRangeStart)) / ${SLICES}`])
  const windows = `every: duration(v: ${width}), offset: duration(v: int(v: v.timeRangeStart) % ${width})`
  const name = `if r["bucket"] > ${bounds.at(-1)}.0 then "more" else string(v: r["bucket"])`
  const cells = (part: Script, time: string) =>
    define(part, [
      ...rowsSteps(part, withBins(metric, bounds)),
      'group()',
      `map(fn: (r) => ({_time: ${time}, _value: r._value, bound: r["bucket"], ${BY_SERIES}: ${name}}))`,
    ])
  const rows = isOfEntities(metric)
    ? cells({ ...script, frame: { ...script.frame, window: windows } }, 'r._time')
    : bySlice(script, width, (part) => cells(part, 'since'))
  give(script, [
    rows,
    `group(columns: ["bound", "${BY_SERIES}"])`,
    ...everyWindow(windows, `time(v: int(v: v.timeRangeStart) + ${SLICES} * ${width})`),
    zeros,
    `map(fn: (r) => ({r with _time: time(v: int(v: r._time) + ${width})}))`,
  ])
  return textOf(script)
}

/** The rows of all slices, each read by itself. */
function bySlice(script: Script, width: string, build: (part: Script) => string): string {
  const numbers = Array.from({ length: SLICES }, (_, number) => number)
  const edges = [`since = time(v: int(v: v.timeRangeStart) + x * ${width})`, `until = time(v: int(v: since) + ${width})`]
  return overStretches(script, `[${numbers.join(', ')}]`, edges, build)
}

/** Upper bounds of bins of one width. */
export const evenBounds = (step: number, count: number): number[] => Array.from({ length: count }, (_, index) => (index + 1) * step)

/** Whether anything can be larger than the last bound: percents end there. */
export const isOpen = ({ unit }: Metric): boolean => unit !== 'percent'

/**
 * Bins of one width, as Grafana's histograms take them: `xMin`, `xMax` and the number in each; the last one holds all that is larger. Empty ones are
 * there too: Grafana takes the width of bars from the distance of the first two.
 */
export function binsQuery(metric: Metric, step: number, count: number, options: PanelQuery = {}): string {
  const bounds = evenBounds(step, count)
  const last = bounds.at(-1)!
  const lower = `if r["bucket"] > ${last}.0 then ${last}.0 else r["bucket"] - ${step}.0`
  return append(
    fluxOf(withBins(metric, bounds), { ...frameOf(metric, options), emptyBins: true }),
    ...(isOpen(metric) ? [] : [`filter(fn: (r) => r["bucket"] <= ${last}.0)`]),
    `map(fn: (r) => ({xMin: ${lower}, value: r._value}))`,
    `map(fn: (r) => ({xMin: r.xMin, xMax: r.xMin + ${step}.0, value: r.value}))`,
    'sort(columns: ["xMin"])',
  )
}
