import { setTimeout as sleep } from 'node:timers/promises'
import { InfluxDB } from '@influxdata/influxdb-client'
import { batchOf, clickEvent } from '@webwatch/collector/testing/batch.ts'
import type { BenchOptions } from '../benchmark.ts'
import { type Figure, quantile } from '../figure.ts'
import { load } from '../load.ts'
import { type ServedWorkshop, withServers } from './servers.ts'

const SECONDS = 15
const RATE = 1_000
const EVENTS_PER_REQUEST = 10
const PROBE_EVERY_MS = 50
const POLL_EVERY_MS = 20
const PROBE_SITE = 'probe.example'

/** Asks InfluxDB again and again until the signal ends it, and notes when each probe is in an answer for the first time. */
async function watch({ influx, env }: ServedWorkshop, sent: Map<string, number>, signal: AbortSignal): Promise<number[]> {
  const queries = new InfluxDB({ url: influx.url, token: influx.token }).getQueryApi(influx.organisation)
  const query = `from(bucket: "${env.INFLUX_BUCKET}") |> range(start: -5s, stop: 1m)
    |> filter(fn: (r) => r._measurement == "clicks" and r.site == "${PROBE_SITE}" and r._field == "id") |> keep(columns: ["_value"])`
  const freshness: number[] = []
  while (!signal.aborted || sent.size > 0) {
    const rows = await queries.collectRows<{ _value: string }>(query)
    const now = Date.now()
    for (const { _value: id } of rows) {
      const at = sent.get(id)
      if (at !== undefined) freshness.push(now - at)
      sent.delete(id)
    }
    await sleep(POLL_EVERY_MS)
  }
  return freshness
}

/** Sends single probes, which the rest of the load carries along. */
async function probe(url: string, sent: Map<string, number>): Promise<void> {
  const end = Date.now() + SECONDS * 1000
  while (Date.now() < end) {
    const event = clickEvent({ site: PROBE_SITE })
    sent.set(event.id, event.time)
    const headers = { 'content-type': 'application/json' }
    void fetch(`${url}/v1/events`, { method: 'POST', headers, body: JSON.stringify(batchOf([event])) }).then((answer) => answer.text())
    await sleep(PROBE_EVERY_MS)
  }
}

/** From the moment that a page sends an event to the moment that a query of InfluxDB has it in its answer, under steady traffic. */
export const benchFreshness = (options: BenchOptions): Promise<Figure[]> =>
  withServers(options, async (workshop) => {
    const { env } = workshop
    const front = await workshop.collector({ ...env, COLLECTOR_ROLE: 'ingest' })
    await workshop.collector({ ...env, COLLECTOR_ROLE: 'sink' })
    const traffic = { url: front.url, connections: 16, eventsPerRequest: EVENTS_PER_REQUEST, rate: RATE, site: 'bench.example' }
    await load({ ...traffic, seconds: 5 })
    const sent = new Map<string, number>()
    const ended = new AbortController()
    const [freshness] = await Promise.all([
      watch(workshop, sent, ended.signal),
      load({ ...traffic, seconds: SECONDS }),
      probe(front.url, sent).finally(() => ended.abort()),
    ])
    return [
      { name: 'page to queryable in InfluxDB at 1,000 events/s: p50', value: quantile(freshness, 0.5), unit: 'ms', wanted: 'under 500' },
      { name: 'page to queryable in InfluxDB at 1,000 events/s: p99', value: quantile(freshness, 0.99), unit: 'ms', wanted: 'under 1,500' },
      { name: 'page to queryable in InfluxDB: probes', value: freshness.length, unit: 'events' },
    ]
  })
