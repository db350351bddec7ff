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

/** Numbers that a row is put in order by, first to last: its time, stage and bucket, then the largest values. */
const ranksOf = (row: Sortable, stages: readonly string[]): readonly number[] => [
  Number(row.cohort ?? 0),
  row.time ?? 0,
  stages.indexOf(String(row.stage)),
  row.bucket === null ? Number.POSITIVE_INFINITY : Number(row.bucket ?? 0),
  -(row.value ?? Number.NEGATIVE_INFINITY),
]

/** Puts rows into the one order in which they are given out: by their ranks, then by what they are about. */
export function sortRows<Sorted extends Sortable = Row>(metric: Metric, query: Query, rows: readonly Sorted[]): Sorted[] {
  const columns = columnsOfRows(metric, query.by)
  const stages = stagesOf(metric, query.steps)
  // Ranks are made once for each row, not for each comparison: the ledger of a day has tens of thousands.
  const ranked = rows.map((row) => ({ row, ranks: ranksOf(row, stages) }))
  ranked.sort((a, b) => {
    const place = a.ranks.findIndex((rank, index) => rank !== b.ranks[index])
    if (place >= 0) return a.ranks[place]! < b.ranks[place]! ? -1 : 1
    const column = columns.find((name) => a.row[name] !== b.row[name])
    return column === undefined ? 0 : String(a.row[column]) < String(b.row[column]) ? -1 : 1
  })
  return ranked.map(({ row }) => row)
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
    const row: { -readonly [Column in keyof Row]: Row[Column] } = { value: Number(raw._value ?? raw.value) }
    if (starts && time !== undefined) row.time = startOf(starts, moment(time))
    for (const column of columns) row[column] = cellOf(column, raw[column], weeks)
    return row
  })
  return sortRows(metric, query, rows)
}
