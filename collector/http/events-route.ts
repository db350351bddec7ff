import { noStore } from '../errors.ts'
import { eventNames } from '../ingest/validation.ts'
import { invalid, LAST_MOMENT, moment, one, type Parameters } from '../parameters.ts'
import type { Routes } from '../parts.ts'
import type { EventsQuery } from '../sink/sink.ts'

/** Most events on one page of the answer. */
const MAX_PAGE_EVENTS = 500

function readLimit(value: string | undefined): number {
  if (value === undefined) return MAX_PAGE_EVENTS
  const limit = Number(value)
  if (!/^\d{1,6}$/.test(value) || limit < 1) throw invalid('limit is not a whole number from 1')
  return Math.min(limit, MAX_PAGE_EVENTS)
}

function readQuery(parameters: Parameters): EventsQuery {
  const [site, type, cursor] = ['site', 'type', 'cursor'].map((name) => one(parameters, name))
  if (type && !eventNames.some((name) => name === type)) throw invalid('no event type has this name')
  return {
    ...(site && { site }),
    ...(type && { type }),
    from: moment(parameters, 'from', 0),
    to: moment(parameters, 'to', LAST_MOMENT),
    limit: readLimit(one(parameters, 'limit')),
    ...(cursor && { cursor }),
  }
}

/** `GET /v1/events`: what is stored, as it was sent, newest first. */
export const storedEventsRoutes: Routes = (app, { sink, mayRead }) => {
  app.get<{ Querystring: Parameters }>('/v1/events', async ({ query: parameters, headers, signal }) => {
    const query = readQuery(parameters)
    mayRead(headers.authorization, query.site)
    if (!sink) throw noStore()
    return sink.events(query, signal)
  })
}
