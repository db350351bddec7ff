import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { batchOf, clickEvent } from './testing/batch.ts'
import { type TestCollector, testCollector } from './testing/collector.ts'
import { metric } from './testing/metric.ts'

const nowhere = { KAFKA_BROKER_URL: '127.0.0.1:1', INFLUX_URL: 'http://127.0.0.1:1', LOG_LEVEL: 'silent' }
const MIB = 2 ** 20
let collector: TestCollector
afterEach(() => collector.close())

const refused = (code: string) => metric(collector, `webwatch_http_refused_total{code="${code}"}`)
const answered = (route: string, status: number) =>
  metric(collector, `webwatch_http_request_seconds_count{route="${route}",status="${status}"}`)

describe('each cause of a refusal is counted', () => {
  it('no_store: a process without a store, and a store that is out of reach', async () => {
    for (const env of [{ COLLECTOR_ROLE: 'ingest' }, { INFLUX_TOKEN: 'x' }]) {
      await collector?.close()
      collector = await testCollector({ ...nowhere, ...env })
      expect(await refused('no_store')).toBe(0)
      for (const path of ['/v1/events', '/v1/ledger', '/v1/query/page_views']) expect((await collector.get(path)).status).toBe(503)
      expect(await refused('no_store')).toBe(3)
      expect(await answered('/v1/ledger', 503)).toBe(1)
    }
  })

  it('no_durable_place: the spool is full, and the log says so', async () => {
    const lines: string[] = []
    const log = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk))
        done()
      },
    })
    const env = { ...nowhere, COLLECTOR_ROLE: 'ingest', SPOOL_MAX_BYTES: String(MIB) }
    collector = await testCollector(env, pino({ level: 'warn' }, log))
    const batch = () => batchOf(Array.from({ length: 500 }, (_, seq) => clickEvent({ seq })))
    let accepted = 0
    let answer = await collector.post(batch())
    for (; answer.status === 202 && accepted < 50_000; answer = await collector.post(batch())) accepted += answer.body.accepted!
    expect(accepted).toBeGreaterThanOrEqual(1_000)
    expect([answer.status, answer.body.error?.code]).toEqual([503, 'no_durable_place'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused('no_durable_place')).toBe(1)
    expect(await answered('/v1/events', 503)).toBe(1)
    expect(await metric(collector, 'webwatch_ingest_accepted_total')).toBe(accepted)
    expect(await metric(collector, 'webwatch_spool_records')).toBe(accepted)
    expect(await metric(collector, 'webwatch_spool_bytes')).toBeGreaterThan(MIB)
    expect(await metric(collector, 'webwatch_bus_publish_failures_total')).toBeGreaterThan(0)
    expect((await collector.post(batch())).status).toBe(503)
    expect(await refused('no_durable_place')).toBe(2)
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ reason: 'the spool is full', msg: 'events cannot be kept now' }),
    )
  })

  it('too_many_queries: the embedded store is asked more than it answers', async () => {
    collector = await testCollector({ LOG_LEVEL: 'silent' })
    await collector.post(batchOf([clickEvent()]))
    const answers = await Promise.all(Array.from({ length: 400 }, () => collector.get('/v1/query/clicks?site=shop.example')))
    const [fine, tooMany] = [200, 429].map((status) => answers.filter((answer) => answer.status === status))
    expect(fine!.length + tooMany!.length).toBe(400)
    expect(fine!.length).toBeGreaterThan(100)
    expect(tooMany!.length).toBeGreaterThan(0)
    for (const { body, headers } of tooMany!) expect([body.error?.code, headers.get('retry-after')]).toEqual(['too_many_queries', '3'])
    expect(await refused('too_many_queries')).toBe(tooMany!.length)
  })

  it('no_durable_place: the embedded store is closed', async () => {
    collector = await testCollector({ LOG_LEVEL: 'silent' })
    await collector.parts.bus!.close()
    const { status, body } = await collector.post(batchOf([clickEvent()]))
    expect([status, body.error?.code]).toEqual([503, 'no_durable_place'])
    expect(await refused('no_durable_place')).toBe(1)
    expect(await metric(collector, 'webwatch_ingest_accepted_total')).toBe(0)
  })
})
