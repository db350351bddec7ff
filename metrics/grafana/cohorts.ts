import type { Metric } from '@webwatch/events/metric.ts'
import { fluxOf } from '../flux/flux.ts'
import { frameOf, type PanelQuery } from './frame.ts'
import { partsOf, withResult } from './text.ts'
import { VIEWERS_ZONE } from './variables.ts'

const DAY_NS = 86_400_000_000_000n
const WEEK_NS = 7n * DAY_NS
/** Days from the Monday of a week to the moment at which the range or the week itself begins. */
const weekday = '(date.weekDay(t: r.cohort, location: place) + 6) % 7'

/**
 * A row for each week in which visitors were first seen, `cohort`: how many they were, `size`, and which part of them was seen in that week and in each
 * later one, in the columns `Week 0`, `Week 1` and so on.
 */
export function cohortsQuery(metric: Metric, options: PanelQuery = {}): string {
  const { imports, body } = partsOf(fluxOf(metric, frameOf(metric, options)))
  const columns = '"cohort", "_time", "_value"'
  return `${[
    'import "date"',
    ...imports,
    `place = ${VIEWERS_ZONE}`,
    ...withResult(body, 'seen = '),
    'first = seen',
    '  |> filter(fn: (r) => r._time == r.cohort)',
    '  |> duplicate(column: "_value", as: "size")',
    `  |> keep(columns: [${columns}, "size"])`,
    '  |> set(key: "row", value: "first")',
    // Each first row hands its number down to those of the same visitors.
    `union(tables: [first, seen |> keep(columns: [${columns}]) |> set(key: "row", value: "seen")])`,
    '  |> group(columns: ["cohort"])',
    '  |> sort(columns: ["_time", "row"])',
    '  |> fill(column: "size", usePrevious: true)',
    '  |> filter(fn: (r) => r.row == "seen")',
    // The first week may be cut off by the range, and one in which clocks change is an hour longer or shorter: the nearest number of weeks since its Monday.
    `  |> map(fn: (r) => ({r with since: int(v: r._time) - int(v: r.cohort) + ${weekday} * ${DAY_NS}}))`,
    `  |> map(fn: (r) => ({cohort: r.cohort, size: r.size, number: if r._time == r.cohort then 0 else (r.since + ${WEEK_NS / 2n}) / ${WEEK_NS}, _value: r._value / r.size}))`,
    '  |> group()',
    '  |> sort(columns: ["number", "cohort"])',
    '  |> map(fn: (r) => ({r with week: "Week " + string(v: r.number)}))',
    '  |> pivot(rowKey: ["cohort", "size"], columnKey: ["week"], valueColumn: "_value")',
    '  |> sort(columns: ["cohort"])',
  ].join('\n')}\n`
}
