import { eventTypes } from '@webwatch/events'
import type { EventDefinition } from '@webwatch/events/definition.ts'
import { fluxOf } from './flux/flux.ts'
import { healthBucket, LOSSES_MEASUREMENT } from './health.ts'
import { ledger } from './ledger.ts'
import { viewsScript } from './views.ts'

/** How long after it happened an event may be stored and still be met by the next runs of the minutes' task, in ms. */
export const FRESH_MS = 5 * 60_000
/** What the minutes' task makes anew each time. Twice the above, so that no run can miss what came while it was waiting. */
const RECENT = '10m'

/** The measurement in which a sink notes that it stored late events: `events`, their number, and `from`, the earliest one's time in ms since the epoch. */
export const LATE_MEASUREMENT = 'late_events'

/** Aggregates per hour have a bucket of their own: beside those per minute, a sum over `aggregated` would count everything twice. */
export const hourlyBucket = (bucket: string): string => `${bucket}_hourly`

/** A task of InfluxDB. */
export interface Task {
  name: string
  flux: string
}

const text = (value: string): string => `"${value.replace(/[\\"]/g, '\\$&').replaceAll('${', '\\${')}"`

const definitions: readonly EventDefinition[] = eventTypes

/** Names of all properties with averages, and the types that have each. */
const averaged: readonly (readonly [name: string, types: readonly EventDefinition[]])[] = [
  ...new Set(definitions.flatMap(({ averages }) => averages as readonly string[])),
].map((name) => [name, definitions.filter(({ averages }) => (averages as readonly string[]).includes(name))])

const isAveraged = averaged
  .map(
    ([name, types]) =>
      `(r._field == ${text(name)} and (${types.map(({ measurement }) => `r._measurement == ${text(measurement)}`).join(' or ')}))`,
  )
  .join('\n      or ')

/** Flux functions that write the counts and the averages of a stretch of time, per measurement, site and url. */
const functions = (bucket: string): string => `
raw = (start, stop) => from(bucket: ${text(bucket)})
  |> range(start: start, stop: stop)
  |> filter(fn: (r) => r.data_type == "raw")

store = (tables=<-, to_bucket) => tables
  |> set(key: "data_type", value: "aggregated")
  |> to(bucket: to_bucket, tagColumns: ["data_type", "site", "url"])

counts = (start, stop, every, to_bucket) => raw(start: start, stop: stop)
  |> filter(fn: (r) => r._field == "count")
  |> group(columns: ["_measurement", "_field", "site", "url"])
  |> aggregateWindow(every: every, fn: sum, createEmpty: false, timeSrc: "_start")
  |> store(to_bucket: to_bucket)

averages = (start, stop, every, to_bucket) => raw(start: start, stop: stop)
  |> filter(fn: (r) => ${isAveraged})
  |> toFloat()
  |> group(columns: ["_measurement", "_field", "site", "url"])
  |> aggregateWindow(every: every, fn: mean, createEmpty: false, timeSrc: "_start")
  |> map(fn: (r) => ({r with _field: "avg_" + r._field}))
  |> store(to_bucket: to_bucket)
`

/** A script in its parts: packages are named before everything else. */
function partsOf(script: string): { imports: string[]; body: string } {
  const lines = script.trimEnd().split('\n')
  const isImport = (line: string) => line.startsWith('import ')
  return { imports: lines.filter(isImport), body: lines.filter((line) => !isImport(line)).join('\n') }
}

/**
 * Flux that writes per minute and site what was captured, stored and missing, since the variable `store_from`: the loss ledger, which takes too
 * long to be made of all events whenever somebody looks. What came before the first event that is read is unknown, so reading begins an hour earlier.
 */
function losses(bucket: string): { imports: string[]; body: string } {
  const frame = { bucket: text(bucket), start: 'read_from', stop: 'now()', window: 'every: 1m', by: ['site'] }
  const { imports, body } = partsOf(fluxOf(ledger[0]!, frame))
  const steps = [
    'filter(fn: (r) => r._time >= store_from)',
    `set(key: "_measurement", value: "${LOSSES_MEASUREMENT}")`,
    'rename(columns: {stage: "_field"})',
    'group(columns: ["_measurement", "_field", "site"])',
    `to(bucket: ${text(healthBucket(bucket))}, tagColumns: ["site"])`,
    'yield(name: "losses")',
  ]
  return { imports, body: `read_from = date.sub(d: 1h, from: store_from)\n${body}${steps.map((step) => `\n  |> ${step}`).join('')}` }
}

const task = (name: string, bucket: string, every: string, offset: string, body: string, imports: readonly string[] = []): Task => {
  const full = `webwatch ${name} of ${bucket}`
  const option = `option task = {name: ${text(full)}, every: ${every}, offset: ${offset}}`
  return {
    name: full,
    flux: `${[...new Set(['import "array"', 'import "date"', ...imports])].join('\n')}\n\n${option}\n${functions(bucket)}\n${body}\n`,
  }
}

/** Each result of a script needs a name of its own. */
const run = (name: string, parameters: string): string =>
  ['counts', 'averages'].map((kind) => `${kind}(${parameters})\n  |> yield(name: "${kind} per ${name}")\n`).join('\n')

/**
 * The tasks that keep the aggregates of a bucket: those per minute in the bucket itself, with `data_type=aggregated`; those per hour, and the points of
 * page views (views.ts), in `hourlyBucket`. A point is stamped with the beginning of its minute or hour, and written again whenever something of it may have changed, so a
 * run that is repeated changes nothing, and runs that were missed are made up for by InfluxDB. Late events leave a note (`LATE_MEASUREMENT`), from
 * which the third task makes everything anew.
 */
export function aggregateTasks(bucket: string): Task[] {
  const hourly = hourlyBucket(bucket)
  const since = (ago: string, unit: string) => `date.truncate(t: date.sub(d: ${ago}, from: now()), unit: ${unit})`
  const ledgerSince = losses(bucket)
  const views = viewsScript(bucket, hourly)
  const notes = `notes = from(bucket: ${text(bucket)})
  |> range(start: date.sub(d: 30m, from: now()), stop: date.add(d: 10m, to: now()))
  |> filter(fn: (r) => r._measurement == ${text(LATE_MEASUREMENT)} and r._field == "from")
  |> group()
  |> min()
  |> keep(columns: ["_value"])

// With no note there is nothing to do but the present hour.
present = array.from(rows: [{_value: int(v: date.truncate(t: now(), unit: 1h)) / 1000000}])
first = (union(tables: [notes, present]) |> min() |> findRecord(fn: (key) => true, idx: 0))._value
from_time = date.truncate(t: time(v: first * 1000000), unit: 1h)
`
  return [
    task(
      'minutes',
      bucket,
      '1m',
      '10s',
      run('minute', `start: ${since(RECENT, '1m')}, stop: now(), every: 1m, to_bucket: ${text(bucket)}`),
    ),
    task('hours', bucket, '15m', '20s', run('hour', `start: ${since('1h', '1h')}, stop: now(), every: 1h, to_bucket: ${text(hourly)}`)),
    task('views', bucket, '1m', '15s', `store_from = ${since(RECENT, '1m')}\n${views.body}`, views.imports),
    task('losses', bucket, '5m', '40s', `store_from = ${since('20m', '1m')}\n${ledgerSince.body}`, ledgerSince.imports),
    task(
      'late events',
      bucket,
      '10m',
      '30s',
      [
        notes,
        run('minute', `start: from_time, stop: now(), every: 1m, to_bucket: ${text(bucket)}`),
        run('hour', `start: from_time, stop: now(), every: 1h, to_bucket: ${text(hourly)}`),
        `store_from = from_time\n${ledgerSince.body}`,
        views.body,
      ].join('\n'),
      [...ledgerSince.imports, ...views.imports],
    ),
  ]
}

/** Flux that makes the points of all page views with events since a moment (ms since the epoch), as the tasks do. */
export function viewsSince(bucket: string, from: number): string {
  const { imports, body } = viewsScript(bucket, hourlyBucket(bucket))
  return [...imports, `store_from = ${new Date(from).toISOString()}`, body].join('\n')
}

/** The time of the oldest raw point, as `_time` of the one row; no row when there is none. */
export const oldestRaw = (bucket: string): string => `from(bucket: ${text(bucket)})
  |> range(start: 0)
  |> filter(fn: (r) => r.data_type == "raw" and r._field == "count")
  |> first()
  |> group()
  |> min(column: "_time")
  |> keep(columns: ["_time"])`

const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`

/**
 * The same numbers from the embedded store's table of events: a SELECT with the columns type, site, url, start (ms since the epoch), field and value.
 * @param everyMs length of a window
 * @param before only events before that moment, in ms since the epoch
 */
export function aggregateSql(everyMs: number, before?: number): string {
  const conditions = before === undefined ? [] : [`time < ${before}`]
  const select = (field: string, value: string, ...more: string[]) => {
    const where = [...conditions, ...more].join(' AND ')
    return (
      `SELECT type, site, route AS url, time - time % ${everyMs} AS start, ${literal(field)} AS field, ${value} AS value ` +
      `FROM events${where ? ` WHERE ${where}` : ''} GROUP BY 1, 2, 3, 4`
    )
  }
  const averages = averaged.map(([name, types]) => {
    const property = `CAST(data ->> ${literal(name)} AS DOUBLE)`
    const ofType = `type IN (${types.map(({ type }) => literal(type)).join(', ')})`
    return select(`avg_${name}`, `avg(${property})`, ofType, `${property} IS NOT NULL`)
  })
  return [select('count', 'count(*)::DOUBLE'), ...averages].join('\nUNION ALL ')
}
