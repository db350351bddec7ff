import type { Metric } from '@webwatch/events/metric.ts'
import { columnsOfRows, type Query, type Row, rangeOf } from './query.ts'
import { windowStarts } from './zone.ts'

/** The same question about the period of the same length before. */
export function periodBefore(query: Query): Query {
  return { ...query, from: query.from - (query.to - query.from), to: query.from }
}

/** Windows are matched by their place in the range: the third day with the third day. */
function placesOf(metric: Metric, query: Query): (row: Row) => number | undefined {
  const { from, to } = rangeOf(metric, query)
  const window = 'retention' in metric.measure ? ({ every: 1, unit: 'w' } as const) : query.window
  const starts = window && windowStarts(window, from, to, query.zone)
  const places = new Map(starts?.map((start, index) => [start, index]))
  return ({ time }) => (time === undefined ? undefined : places.get(time))
}

/**
 * Each row of the present period with the value of the one before, as `previous`: null where there was none. Rows that were there before alone
 * are left out.
 */
export function withPrevious(metric: Metric, query: Query, rows: readonly Row[], before: readonly Row[]): Row[] {
  const columns = columnsOfRows(metric, query.by).filter((name) => name !== 'cohort')
  const keyOf = (place: (row: Row) => number | undefined) => (row: Row) => JSON.stringify([place(row), ...columns.map((name) => row[name])])
  const previousKey = keyOf(placesOf(metric, periodBefore(query)))
  const presentKey = keyOf(placesOf(metric, query))
  const values = new Map(before.map((row) => [previousKey(row), row.value]))
  return rows.map((row) => ({ ...row, previous: values.get(presentKey(row)) ?? null }))
}
