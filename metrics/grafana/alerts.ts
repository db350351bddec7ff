import type { Metric } from '@webwatch/events/metric.ts'
import { theMetric } from '../catalogue.ts'
import { figureRows } from '../flux/figures.ts'
import { rowsSteps } from '../flux/flux.ts'
import { define, type FluxFrame, give, groupBy, newScript, textOf, union } from '../flux/script.ts'
import { LOSSES_MEASUREMENT, loss } from '../health.ts'
import { frameOf } from './frame.ts'
import { healthFrame, healthNumber } from './health.ts'
import { append, partsOf, withResult, withZero } from './text.ts'

/** One number with a time: what an alert rule compares. */
const asAlertValue = (flux: string): string => append(withZero(flux), 'map(fn: (r) => ({_time: v.timeRangeStop, _value: r._value}))')

/** A frame for rules: they look at the last minutes, of which all events are there. */
function alertFrame(metric: Metric): FluxFrame {
  const { hours: _hours, summaries: _summaries, ...frame } = frameOf(metric, {})
  return frame
}

/**
 * A row of 0 in a table of its own: where an empty text follows others in one column, InfluxDB 2.7.12 leaves it out and moves the numbers to other texts
 * (`StringBuilder.makeBuilder` in Flux 0.196.1).
 */
const zeroOfNoName = (column: string): string => `array.from(rows: [{${column}: "", _value: 0.0}]) |> ${groupBy([column])}`

/** Which part of its range an alert rule looks at, in durations as Flux writes them before the end of the range. */
export interface AlertPart {
  /** From then on. */
  latest?: string
  /** Until then. */
  before?: string
}

/**
 * A metric over the range of an alert rule, as one number for each site with the label `site`. A site that has page views in the range and nothing in the
 * part that is looked at has 0: numbers of a rule meet by their site. So has the site of no name, for an answer also where nothing has happened.
 */
export function alertMetricBySite(id: string, { latest, before }: AlertPart = {}): string {
  const metric = theMetric(id)
  const views = theMetric('page_views')
  const script = newScript({ ...alertFrame(views), by: ['site'] })
  script.imports.add('array')
  const ago = (duration: string) => {
    script.imports.add('date')
    return `date.sub(d: ${duration}, from: v.timeRangeStop)`
  }
  const { frame } = script
  const part = { ...alertFrame(metric), by: ['site'], start: latest ? ago(latest) : frame.start, stop: before ? ago(before) : frame.stop }
  const sites = define(script, [...rowsSteps(script, views), 'map(fn: (r) => ({r with _value: 0.0}))', groupBy(['site'])])
  const nameless = define(script, [zeroOfNoName('site')])
  const counted = define(script, [...rowsSteps({ ...script, frame: part }, metric), groupBy(['site'])])
  give(script, [union([sites, nameless, counted]), 'sum()', 'map(fn: (r) => ({r with _time: v.timeRangeStop}))'])
  return textOf(script)
}

/** A figure of the collectors over the range of an alert rule. */
export const alertHealth = (field: string): string => asAlertValue(healthNumber(field))

/** How many events were captured, or are missing, over the range of an alert rule: one number for each site, and 0 for the site of no name. */
export function alertLosses(field: 'captured' | 'missing'): string {
  const rows = figureRows({ measurement: LOSSES_MEASUREMENT, field, kind: 'increase', by: [loss.by] }, healthFrame())
  const { imports, body } = partsOf(rows)
  return `${[
    ...new Set(['import "array"', ...imports]),
    ...withResult(body, 'found = '),
    `union(tables: [found |> rename(columns: {value: "_value"}) |> ${groupBy([loss.by])}, ${zeroOfNoName(loss.by)}])`,
    '  |> sum()',
    '  |> map(fn: (r) => ({r with _time: v.timeRangeStop}))',
  ].join('\n')}\n`
}
