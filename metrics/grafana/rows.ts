import type { Metric } from '@webwatch/events/metric.ts'
import { UNKNOWN_COUNTRY } from '../columns.ts'
import { fluxOf, rowsSteps } from '../flux/flux.ts'
import { define, give, groupBy, newScript, quote, textOf, union } from '../flux/script.ts'
import { columnsOfRows, stagesOf } from '../query.ts'
import { frameOf, type PanelQuery } from './frame.ts'
import { append } from './text.ts'

/** Rows of `rowsQuery` unless a panel says otherwise. */
export const MOST_ROWS = 25

const LARGEST_FIRST = 'sort(columns: ["_value"], desc: true)'
const VALUE = 'rename(columns: {_value: "value"})'

/** Whether rows are about countries, and nothing else. */
export const isByCountry = (metric: Metric, by: readonly string[]): boolean => columnsOfRows(metric, by).join() === 'country'

/**
 * Rows with the columns of the metric, and the number as `value`: for bars, pies and tables. The largest first, but stages in their order; of countries
 * the unknown one is there however small it is, since nothing else tells how many it stands for.
 */
export function rowsQuery(metric: Metric, options: PanelQuery = {}): string {
  if (stagesOf(metric).length > 0) return stagesQuery(metric, options)
  const { limit = MOST_ROWS, by = [] } = options
  return isByCountry(metric, by)
    ? countriesQuery(metric, options, limit)
    : append(fluxOf(metric, frameOf(metric, { ...options, limit })), VALUE)
}

const countryIs = (test: '==' | '!=') => `filter(fn: (r) => r["country"] ${test} ${quote(UNKNOWN_COUNTRY)})`

/** Every country that has a place on a map, which the unknown one has not. */
export const placesQuery = (metric: Metric, options: PanelQuery): string =>
  append(fluxOf(metric, frameOf(metric, options)), countryIs('!='), LARGEST_FIRST, VALUE)

function countriesQuery(metric: Metric, options: PanelQuery, limit: number): string {
  const { limit: _limit, ...rest } = options
  const script = newScript(frameOf(metric, rest))
  const all = define(script, rowsSteps(script, metric))
  const largest = define(script, [all, countryIs('!='), LARGEST_FIRST, `limit(n: ${limit - 1})`])
  const unknown = define(script, [all, countryIs('==')])
  give(script, [union([largest, unknown]), LARGEST_FIRST, VALUE])
  return textOf(script)
}

/** A row for each stage; for one that nobody reached it is 0. */
function stagesQuery(metric: Metric, options: PanelQuery): string {
  const names = stagesOf(metric).map(quote)
  const script = newScript(frameOf(metric, options))
  script.imports.add('array')
  const rows = define(script, rowsSteps(script, metric))
  const nobody = define(script, [`array.from(rows: [${names.map((name) => `{stage: ${name}, _value: 0.0}`).join(', ')}])`])
  const place = names.map((name, index) => `if r.stage == ${name} then ${index} else `).join('')
  give(script, [
    union([rows, nobody]),
    groupBy(['stage']),
    'sum()',
    'group()',
    `map(fn: (r) => ({stage: r.stage, value: r._value, place: ${place}${names.length}}))`,
    'sort(columns: ["place"])',
    'drop(columns: ["place"])',
  ])
  return textOf(script)
}
