import { type Aggregates, FRESH_MS, groupedBy, hourlyBucket, hours, LATE_MEASUREMENT, minutes } from '../aggregates.ts'
import { MEASUREMENT } from '../columns.ts'
import { healthBucket, LOSSES_MEASUREMENT } from '../health.ts'
import { ledger } from '../ledger.ts'
import { rowsSteps } from './flux.ts'
import { COUNTED, groupedRows } from './rows.ts'
import { define, type FluxFrame, give, list, newScript, quote, type Script, textOf } from './script.ts'
import { storeViews } from './views.ts'

/** What the minutes' task makes anew each time: twice what counts as fresh, so that no run can miss what came while it was waiting. */
const RECENT = `${(2 * FRESH_MS) / 60_000}m`

/** A task of InfluxDB. */
export interface Task {
  name: string
  flux: string
}

/** How far back a run looks for notes of late events: half as long again as from one run to the next. */
const NOTED = '15m'

const from = (script: Script, frame: Partial<FluxFrame>): Script => ({ ...script, frame: { ...script.frame, ...frame } })

/**
 * Writes aggregates of everything since the frame's start, which is the first moment of a stretch. Storage groups, and one function makes the windows: of
 * many events that takes a fraction of the time that a table for each window would.
 */
function store(script: Script, aggregates: Aggregates, bucket: string): void {
  for (const { name, measure } of aggregates.fields) {
    const isCount = measure.take === 'count'
    const rows = groupedRows(script, measure.of, { by: groupedBy(aggregates), columns: [], value: !isCount })
    const column = isCount ? COUNTED : '_value'
    give(script, [
      rows,
      `aggregateWindow(every: ${aggregates.every}, fn: ${measure.take}, column: ${quote(column)}, createEmpty: false, timeSrc: "_start")`,
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
 * somebody looks. What came before the first event that is read is unknown, so reading begins earlier by as long as a session lasts without an event.
 */
function storeLosses(script: Script, bucket: string): void {
  const { start } = script.frame
  script.imports.add('date')
  const framed = from(script, { start: `date.sub(d: 30m, from: ${start})`, window: 'every: 1m', by: ['site'] })
  give(script, [
    ...rowsSteps(framed, ledger[0]!),
    `filter(fn: (r) => r._time >= ${start})`,
    `set(key: "${MEASUREMENT}", value: "${LOSSES_MEASUREMENT}")`,
    'rename(columns: {stage: "_field"})',
    'group(columns: ["_measurement", "_field", "site"])',
    `to(bucket: ${quote(healthBucket(bucket))}, tagColumns: ["site"])`,
    'yield(name: "losses")',
  ])
}

/** Of what a task makes things anew: a part of the frame, which may need statements before it. */
type Since = (script: Script) => Partial<FluxFrame>

const ago =
  (length: string, unit: string): Since =>
  (script) => {
    script.imports.add('date')
    return { start: define(script, [`date.truncate(t: date.sub(d: ${length}, from: now()), unit: ${unit})`]) }
  }

/** Since the hour of the earliest event that a note tells to be late; where there is none, of an hour of tomorrow, in which there is nothing to do. */
const earliestLate =
  (bucket: string): Since =>
  (script) => {
    script.imports.add('array').add('date')
    const notes = define(script, [
      `from(bucket: ${quote(bucket)})`,
      `range(start: date.sub(d: ${NOTED}, from: now()), stop: date.add(d: 10m, to: now()))`,
      `filter(fn: (r) => r._measurement == ${quote(LATE_MEASUREMENT)} and r._field == "from")`,
      'group()',
      'min()',
      'keep(columns: ["_value"])',
    ])
    const tomorrow = define(script, ['array.from(rows: [{_value: int(v: date.add(d: 1d, to: now())) / 1000000}])'])
    const first = define(script, [`union(tables: [${notes}, ${tomorrow}])`, 'min()', 'findColumn(fn: (key) => true, column: "_value")'])
    const start = define(script, [`date.truncate(t: time(v: ${first}[0] * 1000000), unit: 1h)`])
    return { start, stop: define(script, [`if ${start} < now() then now() else date.add(d: 1h, to: ${start})`]) }
  }

/**
 * The tasks that keep the aggregates of a bucket: those per minute in the bucket itself, with `data_type=aggregated`; those per hour, and the points of
 * page views (views.ts), in `hourlyBucket`. A point is stamped with the beginning of its minute or hour, and written again whenever something of it may have changed, so a
 * run that is repeated changes nothing, and runs that were missed are made up for by InfluxDB. Late events leave a note (`LATE_MEASUREMENT`), from
 * which the last task makes everything anew.
 */
export function aggregateTasks(bucket: string): Task[] {
  const hourly = hourlyBucket(bucket)
  const parts = {
    minutes: (script: Script) => store(script, minutes, bucket),
    hours: (script: Script) => store(script, hours, hourly),
    views: (script: Script) => storeViews(script, hourly),
    losses: (script: Script) => storeLosses(script, bucket),
  }
  const task = (name: string, every: string, offset: string, since: Since, ...stores: ((script: Script) => void)[]): Task => {
    const full = `webwatch ${name} of ${bucket}`
    const script = newScript({ bucket: quote(bucket), start: '', stop: 'now()' })
    script.statements.push(`option task = {name: ${quote(full)}, every: ${every}, offset: ${offset}}`)
    const started = from(script, since(script))
    for (const run of stores) run(started)
    return { name: full, flux: textOf(script) }
  }
  return [
    task('minutes', '1m', '10s', ago(RECENT, '1m'), parts.minutes),
    task('hours', '15m', '20s', ago('1h', '1h'), parts.hours),
    task('views', '1m', '15s', ago(RECENT, '1m'), parts.views),
    task('losses', '10m', '40s', ago('15m', '1m'), parts.losses),
    task('late events', '10m', '30s', earliestLate(bucket), ...Object.values(parts)),
  ]
}

/** Flux that makes what is kept longer than events of all events since a moment (ms since the epoch), as the tasks do. */
export function hourlySince(bucket: string, since: number): string {
  const script = newScript({ bucket: quote(bucket), start: new Date(since).toISOString(), stop: 'now()' })
  store(script, hours, hourlyBucket(bucket))
  storeViews(script, hourlyBucket(bucket))
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
