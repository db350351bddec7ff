import type { Metric } from '@webwatch/events/metric.ts'
import { fluxOf } from '../flux/flux.ts'
import { frameOf, type PanelQuery } from './frame.ts'
import { append, joined } from './text.ts'
import { UTC_WINDOW, WINDOW } from './variables.ts'

/** Of nothing, totals are 0, and means, shares and percentiles are not there. */
const isTotal = ({ measure }: Metric): boolean =>
  'take' in measure &&
  (measure.take === 'count' || measure.take === 'sum' || (typeof measure.take === 'object' && 'distinct' in measure.take))

/**
 * Gives each series a row for each window, empty where nothing happened: pictures join what they are given. That is done at the end, for as few rows as
 * there are points in the picture.
 */
export const everyWindow = (windows: string, stop: string): string[] => [
  `range(start: v.timeRangeStart, stop: ${stop})`,
  `aggregateWindow(${windows}, fn: sum, createEmpty: true, timeSrc: "_start")`,
  'drop(columns: ["_start", "_stop"])',
]
/** Where nothing is 0. */
export const zeros = 'fill(value: 0.0)'

/** A line for each series, with a point for each window. Of many series, only the largest are shown. */
export function seriesQuery(metric: Metric, options: PanelQuery = {}, window = WINDOW): string {
  const lines = fluxOf(metric, frameOf(metric, { ...options, window }))
  const points = [...everyWindow(window, 'v.timeRangeStop'), ...(isTotal(metric) ? [zeros] : [])]
  const [column] = options.by ?? []
  if (options.limit === undefined || column === undefined) return append(lines, ...points)
  const totals = append(fluxOf(metric, frameOf(metric, options)), `findColumn(fn: (key) => true, column: "${column}")`)
  return joined(totals, 'largest', append(lines, `filter(fn: (r) => contains(value: r["${column}"], set: largest))`, ...points))
}

/**
 * The same as cells of a heatmap: Grafana draws a cell to the left of its time, as wide as the first two are apart, so the time is the window's end. All
 * windows must be of one width, which days are not where clocks change, so they are those of UTC.
 */
export function cellsQuery(metric: Metric, options: PanelQuery = {}): string {
  const width = 'int(v: v.windowPeriod)'
  return append(
    seriesQuery(metric, options, UTC_WINDOW),
    `map(fn: (r) => ({r with _time: time(v: (int(v: r._time) / ${width} + 1) * ${width})}))`,
  )
}
