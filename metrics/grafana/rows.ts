import type { Metric } from '@webwatch/events/metric.ts'
import { fluxOf, rowsSteps } from '../flux/flux.ts'
import { define, give, groupBy, newScript, quote, textOf, union } from '../flux/script.ts'
import { stagesOf } from '../query.ts'
import { frameOf, type PanelQuery } from './frame.ts'
import { append } from './text.ts'

/** Rows of `rowsQuery` unless a panel says otherwise. */
export const MOST_ROWS = 25

/** Rows with the columns of the metric, and the number as `value`: for bars, pies, tables and maps. The largest first, but stages in their order. */
export const rowsQuery = (metric: Metric, options: PanelQuery = {}): string =>
  stagesOf(metric).length > 0
    ? stagesQuery(metric, options)
    : append(fluxOf(metric, frameOf(metric, { limit: MOST_ROWS, ...options })), 'rename(columns: {_value: "value"})')

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
