import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { diceOf } from '../faults/dice.ts'
import { tcpProxy } from '../faults/tcp-proxy.ts'
import { influxSink } from '../sink/influxdb.ts'
import { batchOf, clickEvent } from '../testing/batch.ts'
import { type TestCollector, testCollector } from '../testing/collector.ts'
import { eventually } from '../testing/eventually.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import { metric } from '../testing/metric.ts'

/** What is asked of the store. */
const paths = ['/v1/events', '/v1/ledger', '/v1/query/clicks', '/v1/query/clicks?compare=previous']

/** Some tens of seconds of work for InfluxDB. */
const LONG_QUERY = `import "internal/gen"
gen.tables(n: 1000, seed: 1, tags: [{name: "one", cardinality: 50000}])
  |> map(fn: (r) => ({r with _value: r._value * 2.0}))
  |> filter(fn: (r) => r._value > 1000000.0)`

let collector: TestCollector
afterEach(() => collector.close())

/** Asks everything at once, and leaves when it is under way. */
async function askAndLeave(underWay: () => Promise<unknown>): Promise<void> {
  const leave = new AbortController()
  const asked = paths.map((path) => fetch(collector.url + path, { signal: leave.signal }))
  const answers = Promise.allSettled(asked)
  await underWay()
  leave.abort()
  expect((await answers).map(({ status }) => status)).toEqual(paths.map(() => 'rejected'))
}

const allGone = () =>
  eventually(
    () => metric(collector, 'webwatch_http_refused_total{code="client_gone"}'),
    (gone) => expect(gone).toBe(paths.length),
    5_000,
  )

describe('a query whose client has left ends', () => {
  it('in DuckDB, although it would have taken for ever, and although it had to wait', async () => {
    collector = await testCollector()
    await collector.post(batchOf([clickEvent()]))
    const { sink } = collector.parts
    await sink!.rows('CREATE OR REPLACE VIEW events AS SELECT e.* FROM events_even e, range(1000000000) a, range(1000) b')
    await askAndLeave(() => sleep(300))
    await allGone()
    expect(await sink!.rows('SELECT count(*) AS n FROM events_even')).toEqual([{ n: 1 }])
  })

  it('at the collector, although InfluxDB does not answer', async () => {
    const { influxUrl, ...servers } = inject('stack')
    const proxy = await tcpProxy(Number(new URL(influxUrl).port), diceOf(1))
    const env = pipelineEnv({ ...servers, influxUrl: `http://127.0.0.1:${proxy.port}` })
    collector = await testCollector({ ...env, COLLECTOR_ROLE: 'ingest', KAFKA_BROKER_URL: '127.0.0.1:1', LOG_LEVEL: 'silent' })
    proxy.harm({ kind: 'drop' })
    await askAndLeave(() =>
      eventually(
        async () => proxy.harmed('drop'),
        (met) => expect(met).toBeGreaterThanOrEqual(paths.length),
      ),
    )
    await allGone()
    await proxy.close()
  })

  it('in InfluxDB', async () => {
    collector = await testCollector()
    const { influxUrl, influxToken, influxOrganisation } = inject('stack')
    const executing = async () => {
      const text = await (await fetch(`${influxUrl}/metrics`)).text()
      return [...text.matchAll(/^qc_executing_active\S* (\S+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
    }
    const config = { url: influxUrl, token: influxToken, bucket: 'gone', organisation: influxOrganisation }
    const sink = influxSink(config, pino({ level: 'silent' }))
    const leave = new AbortController()
    const asked = sink.rows(LONG_QUERY, leave.signal)
    await eventually(executing, (count) => expect(count).toBeGreaterThan(0))
    leave.abort()
    await expect(asked).rejects.toMatchObject({ code: 'client_gone' })
    await eventually(executing, (count) => expect(count).toBe(0), 5_000)
    await sink.close()
  })
})
