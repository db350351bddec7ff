import { momentOf } from '@webwatch/metrics/zone.ts'
import { RequestError } from './errors.ts'

/** Parameters of a query, as Fastify reads them: more than one value for a name that is given more than once. */
export type Parameters = Readonly<Record<string, string | string[] | undefined>>

/** The last moment that a `Date` knows, in ms since the epoch. */
export const LAST_MOMENT = 8_640_000_000_000_000

export const invalid = (message: string) => new RequestError('invalid_query', message)

/**
 * Reads a parameter that has one value; an empty one is none.
 * @throws {RequestError} invalid_query
 */
export function one(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name]
  if (Array.isArray(value)) throw invalid(`${name} is given more than once`)
  return value === '' ? undefined : value
}

/** A date, perhaps with a time, perhaps with the offset of that from UTC: https://www.w3.org/TR/NOTE-datetime */
const isoDate = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/

function momentIn(text: string, zone: string): number {
  if (/^\d{1,16}$/.test(text)) return Number(text)
  const match = isoDate.exec(text)
  if (!match) return Number.NaN
  if (match[1]) return Date.parse(text)
  const clock = Date.parse(text.includes('T') ? `${text}Z` : text)
  return Number.isNaN(clock) ? clock : momentOf(zone, clock)
}

/**
 * Reads a moment: ms since the epoch, or a date of ISO 8601.
 * @param zone by whose clocks a date is meant that does not name its own offset
 * @throws {RequestError} invalid_query
 */
export function moment(parameters: Parameters, name: string, fallback: number, zone = 'UTC'): number {
  const value = one(parameters, name)
  if (value === undefined) return fallback
  const read = momentIn(value, zone)
  if (!Number.isFinite(read) || read < 0 || read > LAST_MOMENT) throw invalid(`${name} is neither ms since the epoch nor an ISO 8601 date`)
  return read
}
