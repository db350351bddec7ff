import { noStore } from '../errors.ts'
import { invalid, moment, one, type Parameters } from '../parameters.ts'
import type { Routes } from '../parts.ts'
import { type LedgerQuery, MINUTE_MS } from './ledger.ts'
import { ledgerOf } from './reader.ts'

const HOUR_MS = 60 * MINUTE_MS
/** Longest time that one answer covers. */
const MAX_SPAN_MS = 24 * HOUR_MS

/** Reads the query: by default the last hour. */
function readQuery(parameters: Parameters, now: number): LedgerQuery {
  const site = one(parameters, 'site')
  const to = moment(parameters, 'to', now)
  const from = moment(parameters, 'from', to - HOUR_MS)
  if (to - from > MAX_SPAN_MS) throw invalid('from and to are more than 24 hours apart')
  return { ...(site && { site }), from, to }
}

/** `GET /v1/ledger`: what was captured, stored, missing and doubled, by site and minute. */
export const ledgerRoutes: Routes = (app, { config, sink, mayRead }) => {
  const ledger = sink && ledgerOf(sink, config.influx?.bucket)
  app.get<{ Querystring: Parameters }>('/v1/ledger', async ({ query: parameters, headers, signal }) => {
    const query = readQuery(parameters, Date.now())
    mayRead(headers.authorization, query.site)
    if (!ledger) throw noStore()
    return { rows: await ledger(query, signal) }
  })
}
