import type { Metric } from '@webwatch/events/metric.ts'
import {
  type ComparedRow,
  catalogue,
  fluxQuery,
  keptFor,
  metricOf,
  periodBefore,
  type Query,
  type Row,
  readRows,
  sqlQuery,
  withPrevious,
} from '@webwatch/metrics'
import type { Config } from '../config.ts'
import { noStore, RequestError } from '../errors.ts'
import type { Parameters } from '../parameters.ts'
import type { Routes } from '../parts.ts'
import type { Sink } from '../sink/sink.ts'
import { tooOld } from '../upkeep/upkeep.ts'
import { encodeCursor, type MetricRequest, readMetricRequest } from './request.ts'

/** Asks a store, in its own language. */
async function ask(sink: Sink, { influx, retention }: Config, metric: Metric, query: Query, signal: AbortSignal): Promise<Row[]> {
  const flux = (bucket: string) => {
    const now = Date.now()
    return fluxQuery(metric, query, bucket, keptFor(query, bucket, now, tooOld(retention, now).raw))
  }
  const text = influx && sink.store === 'influxdb' ? flux(influx.bucket) : sqlQuery(metric, query)
  return readRows(metric, query, await sink.rows(text, signal))
}

async function rowsOf(
  sink: Sink,
  config: Config,
  metric: Metric,
  { query, compare }: MetricRequest,
  signal: AbortSignal,
): Promise<readonly (Row | ComparedRow)[]> {
  const rows = await ask(sink, config, metric, query, signal)
  if (!compare) return rows
  return withPrevious(metric, query, rows, await ask(sink, config, metric, periodBefore(query), signal))
}

const about = ({ id, title, description, unit, picture, thresholds, breakdowns }: Metric) => ({
  id,
  title,
  description,
  unit,
  picture,
  breakdowns,
  ...(thresholds && { thresholds }),
})

/** `GET /v1/query/:metric`: the rows of a metric, from whichever store is configured; `GET /v1/query`: what metrics there are. */
export const queryRoutes: Routes = (app, { config, sink, mayRead }) => {
  app.get('/v1/query', async () => ({ metrics: catalogue.map(about) }))

  app.get<{ Params: { metric: string }; Querystring: Parameters }>('/v1/query/:metric', async ({ params, query, headers, signal }) => {
    const { site } = query
    mayRead(headers.authorization, typeof site === 'string' && site ? site : undefined)
    const metric = metricOf(params.metric)
    if (!metric) throw new RequestError('unknown_metric', 'No metric has this name: GET /v1/query lists them')
    const request = readMetricRequest(metric, query, Date.now(), config.timeZones)
    if (!sink) throw noStore()
    const found = await rowsOf(sink, config, metric, request, signal)
    const end = request.offset + request.limit
    const { from, to, zone } = request.query
    return {
      metric: about(metric),
      from,
      to,
      zone,
      rows: found.slice(request.offset, end),
      cursor: end < found.length ? encodeCursor({ offset: end, from, to }) : null,
    }
  })
}
