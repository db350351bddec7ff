import { momentOf } from '@webwatch/metrics/zone.ts'
import type { FastifyRequest } from 'fastify'
import { RequestError, SinkUnavailable } from '../errors.ts'
import { eventNames } from '../ingest/validation.ts'
import type { Routes } from '../parts.ts'
import type { EventsQuery } from '../sink/sink.ts'

/** Most events on one page of the answer. */
export const MAX_PAGE_EVENTS = 500
const LAST_MOMENT = 8_640_000_000_000_000

const invalid = (message: string) => new RequestError('invalid_query', message)

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
 * Reads a moment from a query parameter: ms since the epoch, or a date of ISO 8601.
 * @param zone by whose clocks a date is meant that does not name its own offset
 * @throws {RequestError} invalid_query
 */
export function readMoment(name: string, value: string | undefined, fallback: number, zone = 'UTC'): number {
  if (value === undefined || value === '') return fallback
  const moment = momentIn(value, zone)
  if (!Number.isFinite(moment) || moment < 0 || moment > LAST_MOMENT)
    throw invalid(`${name} is neither ms since the epoch nor an ISO 8601 date`)
  return moment
}

function readLimit(value: string | undefined): number {
  if (value === undefined || value === '') return MAX_PAGE_EVENTS
  const limit = Number(value)
  if (!/^\d{1,6}$/.test(value) || limit < 1) throw invalid('limit is not a whole number from 1')
  return Math.min(limit, MAX_PAGE_EVENTS)
}

function readQuery({ query }: FastifyRequest): EventsQuery {
  const parameters = query as Record<string, string | string[] | undefined>
  for (const [name, value] of Object.entries(parameters)) if (Array.isArray(value)) throw invalid(`${name} is given more than once`)
  const { site, type, from, to, limit, cursor } = parameters as Record<string, string | undefined>
  if (type && !eventNames.some((name) => name === type)) throw invalid('no event type has this name')
  return {
    ...(site && { site }),
    ...(type && { type }),
    from: readMoment('from', from, 0),
    to: readMoment('to', to, LAST_MOMENT),
    limit: readLimit(limit),
    ...(cursor && { cursor }),
  }
}

/** `GET /v1/events`: what is stored, as it was sent, newest first. */
export const storedEventsRoutes: Routes = (app, { sink, mayRead }) => {
  app.get('/v1/events', async (request) => {
    const query = readQuery(request)
    mayRead(request.headers.authorization, query.site)
    if (!sink) throw new RequestError('no_store', 'This process has no store to read from')
    return sink.events(query).catch((error) => {
      throw error instanceof SinkUnavailable ? new RequestError('no_store', error.message, 5) : error
    })
  })
}
