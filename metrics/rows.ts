import type { Metric } from '@webwatch/events/metric.ts'
import { columnsOfRows, type Query, type Row, rangeOf, stagesOf } from './query.ts'
import { windowStarts } from './zone.ts'

type Raw = Readonly<Record<string, unknown>>

/** A moment as a store gives it: ms since the epoch in DuckDB, a text in InfluxDB. */
const moment = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number(value))

/** The last of the starts that is not after a moment: stores give the begin of the range for a window that begins before it. */
function startOf(starts: readonly number[], time: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= time) low = middle
    else high = middle - 1
  }
  return starts[low] ?? time
}

function cellOf(column: string, value: unknown, weeks: readonly number[]): string | number | null {
  if (column === 'cohort') return startOf(weeks, moment(value))
  if (column === 'bucket') return value === null || value === undefined || value === Number.POSITIVE_INFINITY ? null : Number(value)
  return typeof value === 'string' ? value : String(value)
}

/** What rows are put in order by: any row of an answer, also one that has no value now. */
type Sortable = { readonly [Column in keyof Row]: Row[Column] | null }

/** By time, stage and bucket first, then the largest values, then by what they are about. */
function compare(columns: readonly string[], stages: readonly string[]) {
  const rank = (row: Sortable): number[] => [
    Number(row.cohort ?? 0),
    row.time ?? 0,
    stages.indexOf(String(row.stage)),
    row.bucket === null ? Number.POSITIVE_INFINITY : Number(row.bucket ?? 0),
    -(row.value ?? Number.NEGATIVE_INFINITY),
  ]
  return (a: Sortable, b: Sortable): number => {
    const [left, right] = [rank(a), rank(b)]
    const place = left.findIndex((value, index) => value !== right[index])
    if (place >= 0) return left[place]! < right[place]! ? -1 : 1
    const column = columns.find((name) => a[name] !== b[name])
    return column === undefined ? 0 : String(a[column]) < String(b[column]) ? -1 : 1
  }
}

/** Puts rows into the one order in which they are given out. */
export function sortRows<Sorted extends Sortable = Row>(metric: Metric, query: Query, rows: readonly Sorted[]): Sorted[] {
  return [...rows].sort(compare(columnsOfRows(metric, query.by), stagesOf(metric, query.steps)))
}

/** The rows that a store gives for the text of a query, whichever store it is: same names, same types, same order. */
export function readRows(metric: Metric, query: Query, found: readonly Raw[]): Row[] {
  const { from, to } = rangeOf(metric, query)
  const isRetention = 'retention' in metric.measure
  const weeks = isRetention ? windowStarts({ every: 1, unit: 'w' }, from, to, query.zone) : []
  const starts = isRetention ? weeks : query.window && windowStarts(query.window, from, to, query.zone)
  const columns = columnsOfRows(metric, query.by)
  const rows = found.map((raw): Row => {
    const time = raw._time ?? raw.time
    return {
      ...(starts && time !== undefined && { time: startOf(starts, moment(time)) }),
      ...Object.fromEntries(columns.map((column) => [column, cellOf(column, raw[column], weeks)])),
      value: Number(raw._value ?? raw.value),
    }
  })
  return sortRows(metric, query, rows)
}
