import type { Metric } from '@webwatch/events/metric.ts'
import { hourlyBucket, RAW_AT_LEAST_MS } from '../aggregates.ts'
import { isTag } from '../columns.ts'
import { type Query, rangeOf } from '../query.ts'
import { clocksChange, offsetAt, type Window } from '../zone.ts'
import { fluxOf } from './flux.ts'
import { type FluxFrame, quote } from './script.ts'

const flux = (time: number): string => new Date(time).toISOString()

const duration = (ms: number): string => `${ms}ms`

/**
 * The arguments of Flux's `window`. With clocks that stay as they are, an offset says all, and InfluxDB's storage can do the work; only a range in
 * which they change needs the zone itself.
 */
export function windowArguments({ every, unit }: Window, zone: string, from: number, to: number): { text: string; imports: string[] } {
  const length = `every: ${every}${unit}`
  const monday = unit === 'w' ? 4 * 86_400_000 : 0
  const isShort = unit === 'm' || unit === 'h'
  if (isShort || (unit !== 'mo' && !clocksChange(zone, from, to))) {
    const offset = monday - offsetAt(zone, from)
    return { text: offset === 0 ? length : `${length}, offset: ${duration(offset)}`, imports: [] }
  }
  const shift = monday === 0 ? '' : `, offset: ${duration(monday)}`
  return { text: `${length}${shift}, location: timezone.location(name: ${quote(zone)})`, imports: ['timezone'] }
}

/**
 * The Flux text that answers a query now.
 * @param kept what is read besides events; left out, everything is computed from events alone, and exact at both ends of the range
 */
export function fluxQuery(metric: Metric, query: Query, bucket: string, kept: Pick<FluxFrame, 'summaries' | 'hours'> = {}): string {
  const { from, to } = rangeOf(metric, query)
  const { zone, filters, by, window, steps } = query
  const windows = window && windowArguments(window, zone, from, to)
  const weeks = windowArguments({ every: 1, unit: 'w' }, zone, from, to)
  const entries = Object.entries(filters)
  const frame: FluxFrame = {
    bucket: quote(bucket),
    start: flux(from),
    stop: flux(to),
    by,
    filters: entries
      .filter(([column]) => isTag(column))
      .map(([column, values]) => `(${values.map((value) => `r[${quote(column)}] == ${quote(value)}`).join(' or ')})`),
    fieldFilters: Object.fromEntries(entries.filter(([column]) => !isTag(column))),
    weeks: weeks.text,
    imports: 'retention' in metric.measure ? weeks.imports : (windows?.imports ?? []),
    ...(windows && { window: windows.text }),
    ...(steps && { steps }),
    ...kept,
  }
  return fluxOf(metric, frame)
}

/**
 * What answers a range that may begin before the oldest event: counts per hour, which fit in without a gap; and points of page views, where all
 * events from the beginning of the range have gone.
 * @param now and `gone`, until when events are deleted, if any are, in ms since the epoch
 */
export function keptFor({ from }: Pick<Query, 'from'>, bucket: string, now: number, gone: number | undefined) {
  const kept = { bucket: quote(hourlyBucket(bucket)), when: 'true' }
  return { ...(from < now - RAW_AT_LEAST_MS && { hours: kept }), ...(gone !== undefined && from < gone && { summaries: kept }) }
}
