import { fluxDateTime } from '@influxdata/influxdb-client'
import { type AnyEventType, eventTypes, type TrackedEvent } from '@webwatch/events'
import type { EventDefinition } from '@webwatch/events/definition.ts'
import { leaveEmpty } from '@webwatch/metrics/flux/rows.ts'
import { quote } from '@webwatch/metrics/flux/script.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { fieldsOf } from './line-protocol.ts'
import type { EventsPage, EventsQuery } from './sink.ts'

type Row = Record<string, unknown>
/** Gives the rows of a Flux query. */
export type RunFlux = (query: string) => Promise<Row[]>

const NS_PER_MS = 1_000_000n
const FIRST_NS = -9_223_372_036_854_775_806n
/** InfluxDB's own last moment, as FIRST_NS is its first, in ns since the epoch. */
export const LAST_NS = 9_223_372_036_854_775_806n

const byMeasurement = new Map<string, AnyEventType>(eventTypes.map((definition) => [definition.measurement, definition]))

/** A moment in ns since the epoch, as Flux writes it. */
export function fluxTime(ns: bigint): string {
  const bounded = ns < FIRST_NS ? FIRST_NS : ns > LAST_NS ? LAST_NS : ns
  const ms = bounded / NS_PER_MS
  return `${new Date(Number(ms)).toISOString().slice(0, -1)}${String(bounded % NS_PER_MS).padStart(6, '0')}Z`
}

/** Reads a time of an answer, RFC 3339 with up to nine digits of a second, into ns since the epoch. */
export function readTime(text: string): bigint {
  const [, seconds, fraction = ''] = /^([^.Z]+)(?:\.(\d+))?Z$/.exec(text)!
  return BigInt(Date.parse(`${seconds}Z`)) * NS_PER_MS + BigInt(fraction.padEnd(9, '0'))
}

/** Points in the order of the answer: newest first, and by id within one ns. */
const selectIds = (bucket: string, { site, type, limit }: EventsQuery, start: bigint, stop: bigint): string => {
  const measurement = eventTypes.find((definition) => definition.type === type)?.measurement
  const conditions = [
    'r._field == "id"',
    'r.data_type == "raw"',
    ...(measurement ? [`r._measurement == ${quote(measurement)}`] : []),
    ...(site === undefined ? [] : [`r.site == ${quote(site)}`]),
  ]
  return `from(bucket: ${quote(bucket)})
    |> range(start: ${fluxDateTime(fluxTime(start))}, stop: ${fluxDateTime(fluxTime(stop))})
    |> filter(fn: (r) => ${conditions.join(' and ')})
    |> keep(columns: ["_time", "_value", "_measurement"])
    |> group()
    |> sort(columns: ["_time", "_value"], desc: true)
    |> limit(n: ${limit})`
}

/**
 * Fields of points, a row for each: first all but the empty texts, then those. InfluxDB (2.7.12) hands the texts of a field to other points when some
 * are empty, so they are never read together: Flux loses an empty text that is the first to differ from those before it (`leaveEmpty` says why).
 */
function selectFields(bucket: string, measurements: readonly string[], from: bigint, to: bigint, site: string | undefined): string[] {
  const texts = textFields(measurements)
  const select = (condition: string) => `from(bucket: ${quote(bucket)})
    |> range(start: ${fluxDateTime(fluxTime(from))}, stop: ${fluxDateTime(fluxTime(to + 1n))})
    |> filter(fn: (r) => r.data_type == "raw" and (${measurements.map((name) => `r._measurement == ${quote(name)}`).join(' or ')})${
      site === undefined ? '' : ` and r.site == ${quote(site)}`
    } and ${condition})
    |> drop(columns: ["_start", "_stop"])`
  const isText = texts.map((name) => `r._field == ${quote(name)}`).join(' or ')
  return [select(leaveEmpty(texts).join(' and ')), select(`(${isText}) and r._value == ""`)]
}

/** Fields that hold texts of the data, which may be empty. */
const textFields = (measurements: readonly string[]): string[] => [
  'target_full',
  ...new Set(
    measurements.flatMap((measurement) =>
      fieldsOf(byMeasurement.get(measurement)!)
        .filter(({ kind }) => kind === 'string')
        .map(({ name }) => name),
    ),
  ),
]

/** Puts the fields of each point together, under the point's id. */
function pointsOf(cells: readonly Row[]): Map<string, Row> {
  const points = new Map<string, Row>()
  for (const { _field, _value, result: _result, table: _table, ...tags } of cells) {
    const key = JSON.stringify(tags)
    const point = points.get(key) ?? tags
    point[_field as string] = _value
    points.set(key, point)
  }
  return new Map([...points.values()].map((point) => [point.id as string, point]))
}

/** Turns a point back into the event that it was made of. */
function toEvent(row: Row, ns: bigint): TrackedEvent {
  const definition = byMeasurement.get(row._measurement as string)!
  const data: Record<string, unknown> = {}
  for (const { name, kind } of fieldsOf(definition)) {
    const value = row[name]
    if (value !== undefined && value !== null) data[name] = kind === 'object' ? JSON.parse(value as string) : value
  }
  if ((definition as EventDefinition).targetTag) {
    const target = row.target_full ?? row.target
    if (target !== undefined && target !== null) data.target = target
  }
  return {
    id: row.id as string,
    type: definition.type,
    time: Number(ns / NS_PER_MS),
    seq: Number(row.seq),
    site: (row.site_full ?? row.site) as string,
    url: row.href as string,
    page: row.page as string,
    session: row.session as string,
    visitor: row.visitor as string,
    data,
  }
}

/**
 * Reads one page of events: first only times and ids, of which there may be many, and then the whole points of the few that are wanted.
 */
export async function readEvents(run: RunFlux, bucket: string, query: EventsQuery): Promise<EventsPage> {
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor)
  const start = BigInt(query.from) * NS_PER_MS
  const stop = after ? after.time + 1n : BigInt(query.to) * NS_PER_MS
  if (stop <= start) return { events: [], cursor: null }
  // A page behind a cursor begins within its ns; one place more tells whether there is a further page.
  const found = (await run(selectIds(bucket, { ...query, limit: query.limit + 1 + (after ? 1 : 0) }, start, stop)))
    .map((row) => ({ ns: readTime(row._time as string), id: row._value as string, measurement: row._measurement as string }))
    .filter(({ ns, id }) => !after || ns < after.time || (ns === after.time && id < after.id))
  const page = found.slice(0, query.limit)
  if (page.length === 0) return { events: [], cursor: null }
  const last = page.at(-1)!
  const measurements = [...new Set(page.map(({ measurement }) => measurement))]
  const byId = pointsOf((await Promise.all(selectFields(bucket, measurements, last.ns, page[0]!.ns, query.site).map(run))).flat())
  const events = page.flatMap(({ id, ns }) => {
    const row = byId.get(id)
    return row ? [toEvent(row, ns)] : []
  })
  return { events, cursor: found.length > query.limit ? encodeCursor(last.ns, last.id) : null }
}
