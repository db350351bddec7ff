import type { FastifyRequest } from 'fastify'
import { RequestError, SinkUnavailable } from '../errors.ts'
import { readMoment } from '../http/events-route.ts'
import type { Routes } from '../parts.ts'
import { type LedgerQuery, MINUTE_MS } from './ledger.ts'
import { ledgerOf } from './reader.ts'

const HOUR_MS = 60 * MINUTE_MS
/** Longest time that one answer covers. */
const MAX_SPAN_MS = 24 * HOUR_MS

/** Reads the query: by default the last hour. */
function readQuery({ query }: FastifyRequest, now: number): LedgerQuery {
  const parameters = query as Record<string, string | string[] | undefined>
  for (const [name, value] of Object.entries(parameters))
    if (Array.isArray(value)) throw new RequestError('invalid_query', `${name} is given more than once`)
  const { site, from, to } = parameters as Record<string, string | undefined>
  const end = readMoment('to', to, now)
  const start = readMoment('from', from, end - HOUR_MS)
  if (end - start > MAX_SPAN_MS) throw new RequestError('invalid_query', 'from and to are more than 24 hours apart')
  return { ...(site && { site }), from: start, to: end }
}

/** `GET /v1/ledger`: what was captured, stored, missing and doubled, by site and minute. */
export const ledgerRoutes: Routes = (app, { config, sink, mayRead }) => {
  const ledger = sink && ledgerOf(sink, config.influx?.bucket)
  app.get('/v1/ledger', async (request) => {
    const query = readQuery(request, Date.now())
    mayRead(request.headers.authorization, query.site)
    if (!ledger) throw new RequestError('no_store', 'This process has no store to read from')
    const rows = await ledger(query).catch((error) => {
      throw error instanceof SinkUnavailable ? new RequestError('no_store', error.message, 5) : error
    })
    return { rows }
  })
}
