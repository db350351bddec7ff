import type { Metric } from '@webwatch/events/metric.ts'
import { columnsOfRows, type Query, type Row, rangeOf } from './query.ts'
import { sortRows } from './rows.ts'
import { type Window, windowStarts } from './zone.ts'

/** A row with what it was in the period before: null where there is nothing, now or then. */
export interface ComparedRow {
  readonly time?: number
  readonly value: number | null
  readonly previous: number | null
  readonly [column: string]: string | number | null | undefined
}

const DAY_MS = 86_400_000
const day: Window = { every: 1, unit: 'd' }
const week: Window = { every: 1, unit: 'w' }

const begins = (window: Window, time: number, zone: string): boolean => windowStarts(window, time, time + 1, zone)[0] === time

/** The first moment of so many whole windows before the range, where the range is whole ones itself. */
function wholeBefore(window: Window, { from, to, zone }: Query): number | undefined {
  if (!begins(window, from, zone) || !begins(window, to, zone)) return undefined
  const count = windowStarts(window, from, to, zone).length
  const longest = (window.unit === 'mo' ? 31 : 1) * DAY_MS
  return windowStarts(window, from - (count + 2) * longest, from, zone).at(-count)
}

/**
 * The same question about the period before. It has as many days as the range where that is whole days on the clocks of the zone, as many months where
 * months are asked for and the range is whole ones, and else the same length.
 */
export function periodBefore(query: Query): Query {
  const { from, to, window } = query
  const months = window?.unit === 'mo' ? wholeBefore(window, query) : undefined
  return { ...query, from: months ?? wholeBefore(day, query) ?? from - (to - from), to: from }
}

/** Windows, and the weeks of cohorts, are matched by their place in the range: the third day with the third day. */
function startsOf(metric: Metric, query: Query): readonly number[] {
  const { from, to } = rangeOf(metric, query)
  const window = 'retention' in metric.measure ? week : query.window
  return window ? windowStarts(window, from, to, query.zone) : []
}

/** Each row with the value of the period before, in the order of answers; those that were there before alone have no value now. */
export function withPrevious(metric: Metric, query: Query, rows: readonly Row[], before: readonly Row[]): ComparedRow[] {
  const columns = columnsOfRows(metric, query.by).filter((name) => name !== 'cohort')
  const [present, earlier] = [query, periodBefore(query)].map((period) => startsOf(metric, period)) as [number[], number[]]
  const [presentPlaces, earlierPlaces] = [present, earlier].map((starts) => new Map(starts.map((start, place) => [start, place])))
  const keyOf = (row: Row, places = presentPlaces!) =>
    JSON.stringify([...[row.time, row.cohort].map((start) => places.get(Number(start))), ...columns.map((name) => row[name])])
  const values = new Map(before.map((row) => [keyOf(row, earlierPlaces), row.value]))
  const there = new Set(rows.map((row) => keyOf(row)))
  // The range may have fewer windows than the period before it, or a week that is cut off.
  const moved = (start: unknown) => present[earlierPlaces!.get(Number(start)) ?? -1]
  const gone = before.flatMap(({ value, ...row }): ComparedRow[] => {
    if (there.has(keyOf({ ...row, value }, earlierPlaces))) return []
    const starts = Object.fromEntries(['time', 'cohort'].flatMap((name) => (row[name] === undefined ? [] : [[name, moved(row[name])]])))
    return Object.values(starts).includes(undefined) ? [] : [{ ...row, ...starts, value: null, previous: value }]
  })
  return sortRows(metric, query, [...rows.map((row) => ({ ...row, previous: values.get(keyOf(row)) ?? null })), ...gone])
}
