import { type Aggregates, FRESH_MS, groupedBy, hourlyBucket, hours, minutes } from '../aggregates.ts'
import { MEASUREMENT } from '../columns.ts'
import { healthBucket, LOSSES_MEASUREMENT } from '../health.ts'
import { ledger } from '../ledger.ts'
import { rowsSteps } from './flux.ts'
import { type Reach, reachBack, reachFrom, reachOfNotes } from './reach.ts'
import { COUNTED, groupedRows } from './rows.ts'
import { define, give, list, newScript, quote, type Script, textOf } from './script.ts'
import { storeViews } from './views.ts'

/** What the minutes' task makes anew each time: twice what counts as fresh, so that no run can miss what came while it was waiting. */
const RECENT = `${(2 * FRESH_MS) / 60_000}m`

/** A task of InfluxDB. */
export interface Task {
  name: string
  flux: string
}

/**
 * Writes aggregates of everything in reach, which begins and ends with a stretch. Storage groups, and one function makes the windows: of many events that
 * takes a fraction of the time that a table for each window would.
 */
function store(script: Script, reach: Reach, aggregates: Aggregates, bucket: string): void {
  for (const { name, measure } of aggregates.fields) {
    const isCount = measure.take === 'count'
    const column = isCount ? COUNTED : '_value'
    const windows = `aggregateWindow(every: ${aggregates.every}, fn: ${measure.take}, column: ${quote(column)}, createEmpty: false, timeSrc: "_start")`
    const rows = reach.rows((part) => {
      const events = groupedRows(part, measure.of, { by: groupedBy(aggregates), columns: [], value: !isCount })
      return define(part, [events, windows])
    })
    give(script, [
      rows,
      ...(isCount ? [`rename(columns: {${quote(column)}: "_value"})`] : []),
      `set(key: "_field", value: ${quote(name)})`,
      'set(key: "data_type", value: "aggregated")',
      `to(bucket: ${quote(bucket)}, tagColumns: ${list(['data_type', ...aggregates.tags])})`,
      // Each result of a script needs a name of its own.
      `yield(name: ${quote(`${name} ${aggregates.every}`)})`,
    ])
  }
}

/**
 * Writes per minute and site what was captured, stored and missing: the loss ledger, which takes too long to be made of all events whenever
 * somebody looks. What came before the first event that is read is unknown, so reading begins earlier by as long as a session lasts without an event; and
 * it ends as much later, since the step over a gap counts with the event behind it.
 */
function storeLosses(script: Script, reach: Reach, bucket: string): void {
  script.imports.add('date')
  const rows = reach.rows((part) => {
    const { start, stop } = part.frame
    const frame = { start: `date.sub(d: 30m, from: ${start})`, stop: `date.add(d: 30m, to: ${stop})`, window: 'every: 1m', by: ['site'] }
    const framed = { ...part, frame: { ...part.frame, ...frame } }
    return define(part, [...rowsSteps(framed, ledger[0]!), `filter(fn: (r) => r._time >= ${start})`])
  })
  give(script, [
    rows,
    `set(key: "${MEASUREMENT}", value: "${LOSSES_MEASUREMENT}")`,
    'rename(columns: {stage: "_field"})',
    'group(columns: ["_measurement", "_field", "site"])',
    `to(bucket: ${quote(healthBucket(bucket))}, tagColumns: ["site"])`,
    'yield(name: "losses")',
  ])
}

/**
 * The tasks that keep the aggregates of a bucket: those per minute in the bucket itself, with `data_type=aggregated`; those per hour, and the points of
 * page views (views.ts), in `hourlyBucket`. A point is stamped with the beginning of its minute or hour, and written again whenever something of it may have changed, so a
 * run that is repeated changes nothing, and runs that were missed are made up for by InfluxDB. Late events leave a note (`LATE_MEASUREMENT`), from
 * which the last task makes their hours anew (reach.ts).
 */
export function aggregateTasks(bucket: string): Task[] {
  const hourly = hourlyBucket(bucket)
  const parts = {
    minutes: (script: Script, reach: Reach) => store(script, reach, minutes, bucket),
    hours: (script: Script, reach: Reach) => store(script, reach, hours, hourly),
    views: (script: Script, reach: Reach) => storeViews(script, reach, hourly),
    losses: (script: Script, reach: Reach) => storeLosses(script, reach, bucket),
  }
  type Store = (typeof parts)[keyof typeof parts]
  const task = (name: string, every: string, offset: string, reachOf: (script: Script) => Reach, ...stores: Store[]): Task => {
    const full = `webwatch ${name} of ${bucket}`
    const script = newScript({ bucket: quote(bucket), start: '', stop: 'now()' })
    script.statements.push(`option task = {name: ${quote(full)}, every: ${every}, offset: ${offset}}`)
    const reach = reachOf(script)
    for (const run of stores) run(script, reach)
    return { name: full, flux: textOf(script) }
  }
  const back = (length: string, unit: string) => (script: Script) => reachBack(script, length, unit)
  return [
    task('minutes', '1m', '10s', back(RECENT, '1m'), parts.minutes),
    task('hours', '15m', '20s', back('1h', '1h'), parts.hours),
    task('views', '1m', '15s', back(RECENT, '1m'), parts.views),
    task('losses', '10m', '40s', back('15m', '1m'), parts.losses),
    task('late events', '10m', '30s', (script) => reachOfNotes(script, bucket), ...Object.values(parts)),
  ]
}

/** Flux that makes what is kept longer than events of all events since a moment (ms since the epoch), as the tasks do. */
export function hourlySince(bucket: string, since: number): string {
  const script = newScript({ bucket: quote(bucket), start: new Date(since).toISOString(), stop: 'now()' })
  const reach = reachFrom(script, script.frame.start)
  store(script, reach, hours, hourlyBucket(bucket))
  storeViews(script, reach, hourlyBucket(bucket))
  return textOf(script)
}

/** The time of the oldest raw point, as `_time` of the one row; no row when there is none. */
export const oldestRaw = (bucket: string): string => `from(bucket: ${quote(bucket)})
  |> range(start: 0)
  |> filter(fn: (r) => r.data_type == "raw" and r._field == "count")
  |> first()
  |> group()
  |> min(column: "_time")
  |> keep(columns: ["_time"])
`
