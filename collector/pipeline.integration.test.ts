import { InfluxDB } from '@influxdata/influxdb-client'
import type { TrackedEvent } from '@webwatch/events'
import { pointTime } from '@webwatch/events/point-time.ts'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { batchOf, clickEvent } from './testing/batch.ts'
import { type TestCollector, testCollector } from './testing/collector.ts'
import { eventually } from './testing/eventually.ts'
import { pipelineEnv } from './testing/kafka-pipeline.ts'

const servers = inject('stack')
const env = pipelineEnv(servers)
let collector: TestCollector

beforeAll(async () => {
  collector = await testCollector(env)
  await eventually(
    () => collector.get('/readyz'),
    ({ status }) => expect(status).toBe(200),
    60_000,
  )
})
afterAll(() => collector.close())

const flux = (query: string) =>
  new InfluxDB({ url: servers.influxUrl, token: servers.influxToken })
    .getQueryApi(servers.influxOrganisation)
    .collectRows<Record<string, unknown>>(query)

const points = (site: string) =>
  flux(`from(bucket: "${env.INFLUX_BUCKET}") |> range(start: 0, stop: 2100-01-01T00:00:00Z) |> filter(fn: (r) => r.site == "${site}" and r.data_type == "raw")
    |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value") |> group()`)

const storedOf = async (site: string, parameters = '') => (await collector.get(`/v1/events?site=${site}${parameters}`)).body.events ?? []

const byId = (a: TrackedEvent, b: TrackedEvent) => (a.id < b.id ? -1 : 1)

describe('through Kafka into InfluxDB', () => {
  it('finds nothing before anything was sent', async () => {
    expect((await collector.get('/v1/events')).body).toEqual({ events: [], cursor: null })
  })

  it('an event becomes a record, and the record a point, and the point the event again', async () => {
    const event = clickEvent({ site: 'whole.example' })
    expect((await collector.post(batchOf([event]))).body).toEqual({ accepted: 1, duplicates: 0, rejected: [] })
    await eventually(
      () => storedOf('whole.example'),
      (events) => expect(events).toEqual([event]),
    )
    const [point] = await points('whole.example')
    expect(point).toMatchObject({
      _measurement: 'clicks',
      site: 'whole.example',
      url: 'https://shop.example/item/:id',
      target: '#buy',
      data_type: 'raw',
      device: 'bot',
      browser: 'unknown',
      country: 'DE',
      source: 'api',
      count: 1,
      id: event.id,
      seq: 0,
      session: event.session,
      visitor: event.visitor,
      page: event.page,
      href: event.url,
      ...event.data,
    })
    const ns = pointTime(event.time, event.id)
    expect(point?._time).toBe(`${new Date(event.time).toISOString().slice(0, -1)}${ns.slice(-6)}Z`.replace(/0+Z$/, 'Z'))
  })

  it('the record has the session as key, the schema as header, and what was derived', async () => {
    const event = clickEvent({ site: 'record.example' })
    await collector.post(batchOf([event]))
    const kafka = new Kafka({ brokers: servers.kafkaBrokers.split(','), logLevel: logLevel.NOTHING })
    const consumer = kafka.consumer({ groupId: `${env.KAFKA_GROUP_ID}-reader` })
    await consumer.connect()
    await consumer.subscribe({ topic: env.KAFKA_TOPIC_CLICK!, fromBeginning: true })
    const found = await new Promise<{ key: string; headers: Record<string, string>; value: Record<string, unknown> }>((resolve) => {
      void consumer.run({
        eachMessage: async ({ message: { key, value, headers } }) => {
          const record = JSON.parse(String(value))
          if (record.id !== event.id) return
          const texts = Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)])
          resolve({ key: String(key), headers: Object.fromEntries(texts), value: record })
        },
      })
    })
    await consumer.disconnect()
    expect(found.key).toBe(event.session)
    expect(found.headers).toEqual({ schema: 'webwatch.click/1', 'content-type': 'application/json' })
    const { context } = batchOf()
    const derived = { route: 'https://shop.example/item/:id', device: 'bot', browser: 'unknown', os: 'unknown', country: 'DE' }
    expect(found.value).toEqual({ ...event, ...derived, source: 'api', context, receivedAt: expect.any(Number) })
  })

  it('two events of one type, page and ms stay two', async () => {
    const event = clickEvent({ site: 'twins.example' })
    const twin = { ...event, id: clickEvent().id, seq: 1 }
    await collector.post(batchOf([event, twin]))
    const stored = await eventually(
      () => storedOf('twins.example'),
      (events) => expect(events).toHaveLength(2),
    )
    expect(stored.sort(byId)).toEqual([event, twin].sort(byId))
  })

  it('a batch that is posted three times is stored once', async () => {
    const events = Array.from({ length: 20 }, (_, seq) => clickEvent({ site: 'thrice.example', seq }))
    const batch = batchOf(events)
    const answers = [await collector.post(batch), await collector.post(batch), await collector.post(batch)]
    expect(answers.map(({ body: { accepted, duplicates } }) => [accepted, duplicates])).toEqual([
      [20, 0],
      [0, 20],
      [0, 20],
    ])
    await eventually(
      () => points('thrice.example'),
      (rows) => expect(rows).toHaveLength(20),
    )
  })

  it('copies of an event that come at the same time are one that is accepted, and duplicates', async () => {
    const event = clickEvent({ site: 'copies.example' })
    const others = [1, 2, 3, 4, 5].map((seq) => clickEvent({ site: 'copies.example', seq }))
    const answers = await Promise.all(others.map((other) => collector.post(batchOf([event, other]))))
    const sum = (name: 'accepted' | 'duplicates') => answers.reduce((total, { body }) => total + body[name]!, 0)
    expect(answers.map(({ status }) => status)).toEqual(others.map(() => 202))
    expect([sum('accepted'), sum('duplicates')]).toEqual([6, 4])
    await eventually(
      () => points('copies.example'),
      (rows) => expect(rows).toHaveLength(6),
    )
  })

  it('gives events page by page, newest first, each once', async () => {
    const start = Date.now() - 60_000
    const events = Array.from({ length: 25 }, (_, seq) => clickEvent({ site: 'pages.example', seq, time: start + Math.floor(seq / 3) }))
    await collector.post(batchOf(events))
    await eventually(
      () => storedOf('pages.example'),
      (found) => expect(found).toHaveLength(25),
    )
    const seen: TrackedEvent[] = []
    let cursor: string | null | undefined
    do {
      const { body } = await collector.get(`/v1/events?site=pages.example&limit=10${cursor ? `&cursor=${cursor}` : ''}`)
      seen.push(...(body.events ?? []))
      cursor = body.cursor
    } while (cursor)
    expect(seen.map(({ time }) => time)).toEqual(events.map(({ time }) => time).sort((a, b) => b - a))
    expect(seen.sort(byId)).toEqual(events.sort(byId))
    expect(await storedOf('pages.example', `&from=${start + 3}&to=${start + 5}`)).toHaveLength(6)
    expect(await storedOf('pages.example', '&type=click')).toHaveLength(25)
  })

  it('reading everything again, three times, changes neither points nor series', async () => {
    const counted = async () => {
      const everything = `from(bucket: "${env.INFLUX_BUCKET}") |> range(start: 0, stop: 2100-01-01T00:00:00Z) |> filter(fn: (r) => r._field == "id")`
      const [points, series] = await Promise.all([
        flux(`${everything} |> group() |> count()`),
        flux(`${everything} |> first() |> group() |> count()`),
      ])
      return { points: points[0]?._value, series: series[0]?._value }
    }
    const before = await counted()
    const { value: published } = (await collector.parts.telemetry.consumed.get()).values[0]!
    for (let round = 0; round < 3; round++) {
      const reader = await testCollector({ ...env, COLLECTOR_ROLE: 'sink', KAFKA_GROUP_ID: `${env.KAFKA_GROUP_ID}-again-${round}` })
      await eventually(
        async () => (await reader.parts.telemetry.stored.get()).values[0]?.value,
        (stored) => expect(stored).toBe(published),
      )
      await reader.close()
    }
    expect(published).toBeGreaterThan(40)
    expect(await counted()).toEqual(before)
  })
})
