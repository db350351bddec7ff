import { Writable } from 'node:stream'
import { Kafka, logLevel } from 'kafkajs'
import { type Logger, pino } from 'pino'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Collector, startCollector } from './collector.ts'
import { readConfig } from './config.ts'
import { MAX_TAG_VALUES } from './ingest/tag-limits.ts'
import { batchOf, clickEvent } from './testing/batch.ts'
import { type TestCollector, testCollector } from './testing/collector.ts'
import { eventually } from './testing/eventually.ts'
import { pipelineEnv } from './testing/kafka-pipeline.ts'
import { storedRecord } from './testing/stored-record.ts'

const CANARY = 'canary-7c1f'
const env = pipelineEnv(inject('stack'))
/** What would be a line of its own, if a text were written as it is. */
const FORGED = `\r\n{"level":30,"time":1,"msg":"${CANARY}"}\n`
let collector: TestCollector

/** The figures of one moment: samples by name and labels, and what is said of each name. */
interface Figures {
  samples: Map<string, number>
  help: Map<string, string>
  types: Map<string, string>
}

function parse(text: string): Figures {
  const figures: Figures = { samples: new Map(), help: new Map(), types: new Map() }
  for (const line of text.split('\n')) {
    const [, kind, name, said] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
    if (kind === 'HELP') figures.help.set(name!, said!)
    if (kind === 'TYPE') figures.types.set(name!, said!)
    const [, sample, value] = /^([a-z]\S*(?:\{.*\})?) (\S+)$/i.exec(line) ?? []
    if (sample) figures.samples.set(sample, Number(value))
  }
  return figures
}

const read = async (from = collector) => parse(String((await from.get('/metrics')).body))

/** Starts one through which everything has gone that can happen: good, doubled, rejected, skewed and refused as a whole. */
async function eventful(environment: Record<string, string>, log?: Logger): Promise<TestCollector> {
  const started = await testCollector({ ...environment, WRITE_KEYS: `*:key-${CANARY}` }, log)
  const post = (body: unknown, headers = {}) => started.post(body, headers)
  await eventually(
    () => started.get('/readyz'),
    ({ status }) => expect(status).toBe(200),
    60_000,
  )
  const key = { authorization: `Bearer key-${CANARY}`, 'user-agent': CANARY }
  const said = { site: `${CANARY}.example`, url: `https://${CANARY}.example/${CANARY}`, visitor: CANARY, session: CANARY, page: CANARY }
  const event = clickEvent({ ...said, data: { ...clickEvent().data, target: CANARY + FORGED } })
  await post(batchOf([event, { ...event, type: CANARY }, { ...event, id: CANARY }], { version: CANARY }), key)
  await post(batchOf([event]), key)
  await post(batchOf([clickEvent({ ...said, time: Date.now() - 3_600_000 })], { sentAt: Date.now() - 3_600_000 }), key)
  await post(CANARY, key)
  await post(batchOf([event]), { authorization: `Bearer ${CANARY}` })
  await started.get(`/v1/events?cursor=${encodeURIComponent(CANARY + FORGED)}`)
  await started.get(`/${encodeURIComponent(CANARY + FORGED)}`)
  await eventually(
    () => read(started),
    ({ samples }) => expect(samples.get('webwatch_sink_stored_total')).toBe(2),
  )
  return started
}

beforeAll(async () => {
  collector = await eventful(env)
})
afterAll(() => collector.close())

describe('/metrics', () => {
  it('says of every figure what it is', async () => {
    const { help, types, samples } = await read()
    const ours = [...types].filter(([name]) => name.startsWith('webwatch_'))
    expect(ours.length).toBeGreaterThan(20)
    for (const [name, type] of ours) {
      expect(help.get(name), name).toMatch(/^[A-Z].+\.$/)
      expect(type, name).toMatch(/^(counter|gauge|histogram)$/)
    }
    for (const [sample, value] of samples) if (sample.startsWith('webwatch_')) expect(value, sample).toBeGreaterThanOrEqual(0)
  })

  it.each<[stage: string, sample: string, least: number, most: number]>([
    ['requests', 'webwatch_http_request_seconds_count{route="/v1/events",status="202"}', 3, 3],
    ['refusals by cause', 'webwatch_http_refused_total{code="not_json"}', 1, 1],
    ['refusals by cause', 'webwatch_http_refused_total{code="wrong_key"}', 1, 1],
    ['refusals by cause', 'webwatch_http_refused_total{code="not_found"}', 1, 1],
    ['accepted', 'webwatch_ingest_accepted_total', 2, 2],
    ['doubled', 'webwatch_ingest_duplicates_total', 1, 1],
    ['rejected by cause', 'webwatch_ingest_rejected_total{code="unknown_type"}', 1, 1],
    ['rejected by cause', 'webwatch_ingest_rejected_total{code="invalid_value"}', 1, 1],
    ['sizes', 'webwatch_ingest_batch_events_sum', 5, 5],
    ['sizes', 'webwatch_ingest_batch_bytes_sum', 1_500, 10_000],
    ['bytes', 'webwatch_ingest_received_bytes_total', 1_500, 10_000],
    ['skew', 'webwatch_ingest_clock_skew_seconds_sum', 3_600, 3_700],
    ['skew', 'webwatch_ingest_clock_skew_seconds_bucket{le="60"}', 2, 2],
    ['cardinality', 'webwatch_ingest_tag_values{tag="url"}', 1, 1],
    ['cardinality', 'webwatch_ingest_tag_values{tag="target"}', 2, 2],
    ['latency', 'webwatch_bus_publish_seconds_count', 2, 2],
    ['latency', 'webwatch_bus_publish_seconds_sum', 0.0001, 60],
    ['waiting', 'webwatch_bus_pending_bytes', 0, 32 * 1024 * 1024],
    ['spool', 'webwatch_spool_records', 0, 0],
    ['consumed', 'webwatch_consumer_records_total', 2, 2],
    ['stored', 'webwatch_sink_stored_total', 2, 2],
    ['latency', 'webwatch_sink_write_seconds_count', 1, 2],
    ['failures', 'webwatch_sink_write_failures_total', 0, 0],
    ['memory', 'process_resident_memory_bytes', 10_000_000, 10_000_000_000],
    ['event loop', 'nodejs_eventloop_lag_p99_seconds', 0, 60],
  ])('%s: %s', async (_stage, sample, least, most) => {
    const value = (await read()).samples.get(sample)
    expect(value).toBeGreaterThanOrEqual(least)
    expect(value).toBeLessThanOrEqual(most)
  })

  it('lag, for each partition that was read', async () => {
    const lags = [...(await read()).samples].filter(([sample]) =>
      sample.startsWith(`webwatch_consumer_lag_records{topic="${env.KAFKA_TOPIC_CLICK}"`),
    )
    expect(lags.length).toBeGreaterThan(0)
    for (const [, lag] of lags) expect(lag).toBe(0)
  })

  it('has no label that a sender can choose but the site', async () => {
    expect(String((await collector.get('/metrics')).body)).not.toContain(CANARY)
  })
})

describe('the log', () => {
  /** Puts records into the topic of clicks that are no events, or that InfluxDB refuses and quotes. */
  async function produce(environment: Record<string, string>): Promise<void> {
    const producer = new Kafka({ brokers: environment.KAFKA_BROKER_URL!.split(','), logLevel: logLevel.NOTHING }).producer()
    await producer.connect()
    const quoted = storedRecord({ time: Number.MAX_SAFE_INTEGER, url: CANARY + FORGED, site: CANARY })
    const values = [CANARY + FORGED, JSON.stringify({ type: CANARY + FORGED }), JSON.stringify(quoted)]
    await producer.sendBatch({ topicMessages: [{ topic: environment.KAFKA_TOPIC_CLICK!, messages: values.map((value) => ({ value })) }] })
    await producer.disconnect()
  }

  it.each(['info', 'trace'])('at %s has only lines of its own, and above debug nothing of the events and no key', async (level) => {
    const lines: string[] = []
    const log = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk))
        done()
      },
    })
    const own = pipelineEnv(inject('stack'))
    const talking = await eventful(own, pino({ level }, log))
    await produce(own)
    await eventually(
      () => read(talking),
      ({ samples }) => {
        expect(samples.get('webwatch_dead_letters_total{code="unreadable_record"}')).toBe(2)
        expect(samples.get('webwatch_dead_letters_total{code="refused_by_store"}')).toBe(1)
      },
    )
    await talking.close()
    const said = lines.join('').trim().split('\n')
    const entries = said.map((line) => ({ line, entry: JSON.parse(line) as { level: number; pid?: number } }))
    for (const { line, entry } of entries) {
      expect(entry).toMatchObject({ pid: process.pid, time: expect.any(Number) })
      if (entry.level > pino.levels.values.debug!) expect(line).not.toContain(CANARY)
      expect(line).not.toContain(`key-${CANARY}`)
    }
    // Below that it may say what a record held: then it is one line all the same.
    expect(entries.some(({ line }) => line.includes(CANARY))).toBe(level === 'trace')
  })
})

describe('/readyz', () => {
  let lost: Collector
  beforeAll(async () => {
    const nowhere = { KAFKA_BROKER_URL: '127.0.0.1:1', INFLUX_URL: 'http://127.0.0.1:1', INFLUX_TOKEN: 'x' }
    const keys = { SERVER_HOST: '0.0.0.0', WRITE_KEYS: '*:w', ADMIN_TOKEN: 'admin' }
    lost = await startCollector(
      readConfig({ ...nowhere, ...keys, SERVER_PORT: '0', DATA_DIR: `${collector.dataDir}-lost`, LOG_LEVEL: 'silent' }),
    )
  })
  afterAll(() => lost.close())
  const address = () => lost.url.replace('0.0.0.0', '127.0.0.1')
  const ask = async (headers = {}) => {
    const answer = await fetch(`${address()}/readyz`, { headers })
    return { status: answer.status, body: await answer.json() }
  }

  it('names what is missing, and tells only readers why', async () => {
    const { status, body } = await ask()
    expect(status).toBe(503)
    expect(body).toMatchObject({ ok: false, missing: ['kafka', 'influxdb'], parts: { kafka: { ok: false }, influxdb: { ok: false } } })
    expect(JSON.stringify(body)).not.toContain('reason')
    const told = await eventually(
      () => ask({ authorization: 'Bearer admin' }),
      ({ body }) => expect(body.parts.kafka.reason).toMatch(/^Kafka: /),
    )
    expect(told.body.parts.influxdb.reason).toMatch(/^InfluxDB: ./)
  })

  it('counts the events whose pages or targets are too many for tags of their own', async () => {
    expect((await ask()).body.overflow).toEqual({})
    const { data } = clickEvent()
    const count = MAX_TAG_VALUES.target + 2
    const events = Array.from({ length: count }, (_, seq) =>
      clickEvent({ seq, url: `https://shop.example/page-${seq}`, data: { ...data, target: `#button-${seq}` } }),
    )
    for (let start = 0; start < count; start += 500) {
      const body = JSON.stringify(batchOf(events.slice(start, start + 500)))
      const headers = { authorization: 'Bearer w', 'content-type': 'application/json' }
      expect((await fetch(`${address()}/v1/events`, { method: 'POST', headers, body })).status).toBe(202)
    }
    expect((await ask()).body.overflow).toEqual({ url: count - MAX_TAG_VALUES.url, target: 2 })
  })
})
