import type { Condition, Source } from '@webwatch/events/metric.ts'
import { columnOf, NONE } from '../columns.ts'
import type { Query } from '../query.ts'
import { windowStarts } from '../zone.ts'

/** What every part of a query needs: the range, filters and breakdowns asked for, and the first moments of the windows. */
export interface Frame {
  readonly from: number
  readonly to: number
  readonly filters: Query['filters']
  readonly by: readonly string[]
  /** First moments of the windows; or the length of all of them, in ms. */
  readonly windows: readonly number[] | number | undefined
}

export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A column of a result. Names of definitions are plain words, but may be words of SQL. */
export const name = (column: string): string => `"${column.replaceAll('"', '""')}"`

/** What a derived column is made of: as it is stored, empty texts included. */
function stored(type: string, column: string): string {
  const found = columnOf(type, column)
  return found.kind === 'derived' ? expression(type, column) : found.sql
}

/** A column of an event of a type, as an expression over the table `events`. */
export function expression(type: string, column: string): string {
  const found = columnOf(type, column)
  if (found.kind === 'derived') return found.sql(...found.from.map((from) => stored(type, from)))
  return found.kind === 'field' && found.type === 'hollow' ? `coalesce(nullif(${found.sql}, ''), ${quote(NONE)})` : found.sql
}

const literal = (value: string | number | boolean): string => (typeof value === 'string' ? quote(value) : String(value))

function compared(column: string, test: Condition): string {
  if ('absent' in test) return `${column} = ${quote(NONE)}`
  return 'is' in test ? `${column} = ${literal(test.is)}` : `${column} <> ${quote(test.isNot)}`
}

const anyOf = (sql: string, values: readonly string[]): string => `${sql} IN (${values.map(quote).join(', ')})`

/**
 * Place of an event within its ms, as events/point-time.ts has it: 32-bit FNV-1a of the id. With it the order of events is the same as in
 * InfluxDB.
 */
const place = `list_reduce(list_prepend(2166136261::UBIGINT, list_transform(string_split(id, ''), c -> ord(c)::UBIGINT)), (h, c) -> (xor(h, c) * 16777619) & 4294967295) % 1000000`

/** The time of an event in ns since the epoch, as InfluxDB knows it. */
export const moment = `time * 1000000 + (${place})`

/** The events of a source: the columns wanted, under their names, `value` when it has one, and the time. Null is what a type does not have. */
export function selectSource(source: Source, frame: Frame, columns: readonly string[], extra: readonly string[] = []): string {
  const type = source.types[0]!
  const value = typeof source.value === 'string' ? `CAST(${expression(type, source.value)} AS DOUBLE)` : source.value
  const selected = [
    ...columns.map((column) => `${expression(type, column)} AS ${name(column)}`),
    ...(value === undefined ? [] : [`${typeof value === 'number' ? `${value}::DOUBLE` : value} AS value`]),
    ...extra,
    'time',
  ]
  const conditions = [
    anyOf('type', source.types),
    `time >= ${frame.from}`,
    `time < ${frame.to}`,
    ...(source.where ?? []).map((test) => compared(expression(type, test.column), test)),
    ...Object.entries(frame.filters).map(([column, values]) => anyOf(expression(type, column), values)),
  ]
  return `SELECT ${selected.join(', ')} FROM events WHERE ${conditions.join(' AND ')}`
}

/** The table of counts per hour of events that have gone: metrics/aggregates.ts. */
export const HOURS_TABLE = 'aged_hours'

/** The hours of a source, each with the `number` of its events. Its columns have the names of the tags. */
export function selectHours({ types, where = [] }: Source, frame: Frame, columns: readonly string[]): string {
  const conditions = [
    anyOf('type', types),
    `start >= ${frame.from}`,
    `start < ${frame.to}`,
    ...where.map((test) => compared(name(test.column), test)),
    ...Object.entries(frame.filters).map(([column, values]) => anyOf(name(column), values)),
  ]
  return `SELECT ${[...columns.map(name), 'value AS number', 'start AS time'].join(', ')} FROM ${HOURS_TABLE} WHERE ${conditions.join(' AND ')}`
}

/** The rows of a query with the first moment of their window as `_start`, when there are windows. */
export function windowed(rows: string, { windows }: Frame): string {
  if (windows === undefined) return rows
  if (typeof windows === 'number') return `SELECT *, time - time % ${windows} AS _start FROM (${rows})`
  const list = `[${windows.join(', ')}]::BIGINT[]`
  return `SELECT r.*, w._start FROM (${rows}) r ASOF JOIN (SELECT unnest(${list}) AS _start) w ON r.time >= w._start`
}

export const startsOf = ({ window, zone }: Query, from: number, to: number): readonly number[] | undefined =>
  window && windowStarts(window, from, to, zone)
