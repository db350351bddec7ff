import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventTypes, type TrackedEvent } from '@webwatch/events'
import { aggregateSql, hourlyBucket } from '@webwatch/metrics/aggregates.ts'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import type { InfluxConfig } from '../config.ts'
import { routeOf } from '../ingest/route.ts'
import { type EventRecord, toRecord } from '../record.ts'
import { duckDbSink } from '../sink/duckdb.ts'
import { influxSink } from '../sink/influxdb.ts'
import type { Sink } from '../sink/sink.ts'
import { clickEvent, uuidV7 } from '../testing/batch.ts'
import { runTask, tasksOf } from '../testing/influx-tasks.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import { ensureTasks } from './influx-tasks.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const servers = inject('stack')
let config: InfluxConfig
let influx: Sink
let duck: Sink
let dataDir: string

async function open(): Promise<void> {
  const { INFLUX_BUCKET: bucket } = pipelineEnv(servers)
  config = { url: servers.influxUrl, token: servers.influxToken, organisation: servers.influxOrganisation, bucket: bucket! }
  influx = influxSink(config, pino({ level: 'warn' }))
  dataDir = await mkdtemp(join(tmpdir(), 'webwatch-aggregates-'))
  duck = await duckDbSink(dataDir)
}
async function close(): Promise<void> {
  await influx.close()
  await duck.close()
  await rm(dataDir, { recursive: true, force: true })
}

const facts = { source: 'api' as const, context: {}, device: 'desktop' as const, browser: 'Chrome', os: 'Linux', country: 'DE' }

/** Records of so many visitors in the minutes after a moment: clicks and durations, on two sites and three pages. */
function traffic(start: number, visitors: number): EventRecord[] {
  return Array.from({ length: visitors }, (_, index): TrackedEvent[] => {
    const site = index % 3 === 0 ? 'blog.example' : 'shop.example'
    const shared = { site, url: `https://${site}/page-${index % 2}?utm_source=x`, visitor: uuidV7(), session: uuidV7(), page: uuidV7() }
    const at = start + index * 7_300
    return [
      clickEvent({ ...shared, time: at, seq: 0, data: { ...clickEvent().data, x: index * 1.5 } }),
      clickEvent({ ...shared, time: at + 400, seq: 1 }),
      { ...clickEvent({ ...shared, time: at + 900, seq: 2 }), type: 'duration', data: { duration: index + 0.25, elapsed: index + 3 } },
    ]
  })
    .flat()
    .map((event) => toRecord({ event, route: routeOf(event.url), facts: { ...facts, receivedAt: Date.now() } }))
}

async function write(records: EventRecord[]): Promise<EventRecord[]> {
  for (const sink of [influx, duck]) expect((await sink.write(records)).refused).toEqual([])
  return records
}

type Numbers = Record<string, number>
const measurements = new Map<string, string>(eventTypes.map(({ type, measurement }) => [type, measurement]))

/** What the aggregates in a bucket say, by measurement, site, url, start and field. */
async function fromInflux(bucket: string): Promise<Numbers> {
  const rows = await influx.rows(
    `from(bucket: "${bucket}") |> range(start: 0) |> filter(fn: (r) => r.data_type == "aggregated" and r._measurement != "views") |> toFloat() |> group()`,
  )
  return Object.fromEntries(
    rows.map(({ _measurement, site, url, _time, _field, _value }) => [
      [_measurement, site, url, Date.parse(_time as string), _field].join(' '),
      Number((_value as number).toFixed(6)),
    ]),
  )
}

async function fromDuck(query: string): Promise<Numbers> {
  const rows = await duck.rows(query)
  return Object.fromEntries(
    rows.map(({ type, site, url, start, field, value }) => [
      [measurements.get(type as string), site, url, start, field].join(' '),
      Number((value as number).toFixed(6)),
    ]),
  )
}

/** Minutes and hours of both stores, which must be the same. */
async function agree(): Promise<Numbers> {
  const minutes = await fromInflux(config.bucket)
  expect(minutes).toEqual(await fromDuck('SELECT * FROM aggregates'))
  return minutes
}

const countOf = (numbers: Numbers): number =>
  Object.entries(numbers)
    .filter(([key]) => key.endsWith(' count'))
    .reduce((sum, [, value]) => sum + value, 0)

/** Number of page views that have a point of their own. */
async function viewPoints(): Promise<number> {
  const flux = `from(bucket: "${hourlyBucket(config.bucket)}") |> range(start: 0) |> filter(fn: (r) => r._measurement == "views") |> group() |> count()`
  return Number((await influx.rows(flux))[0]?._value)
}

const events = async (sink: Sink, site: string) =>
  (await sink.events({ site, from: 0, to: Date.now() + HOUR, limit: 500 })).events.map(({ id }) => id).sort()

beforeAll(open)
afterAll(close)

describe('the tasks for aggregates', () => {
  it('are there once each, however many collectors start', async () => {
    await influx.health()
    const created = await Promise.all([ensureTasks(config), ensureTasks(config), ensureTasks(config)])
    expect(created.flat().length).toBeGreaterThanOrEqual(5)
    const before = (await tasksOf(config).getTasks({ org: config.organisation, limit: 500 })).tasks!.filter(({ name }) =>
      name.endsWith(`of ${config.bucket}`),
    )
    expect(before).toHaveLength(5)
    expect(await ensureTasks(config)).toEqual([])
    const after = (await tasksOf(config).getTasks({ org: config.organisation, limit: 500 })).tasks!.filter(({ name }) =>
      name.endsWith(`of ${config.bucket}`),
    )
    expect(after.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort())
  })

  it('count what is fresh, per minute, site and url, as SQL does', async () => {
    const records = await write(traffic(Date.now() - 4 * MINUTE, 20))
    await runTask(config, 'minutes')
    expect(countOf(await agree())).toBe(records.length)
  })

  it('make the aggregates of late events anew, hours and days back, and count them', async () => {
    const hours = traffic(Date.now() - 3 * HOUR, 10)
    const days = traffic(Date.now() - 50 * HOUR, 30)
    for (const records of [hours, days]) {
      expect((await influx.write(records)).late).toBe(records.length)
      await duck.write(records)
    }
    await runTask(config, 'late events')
    await agree()
    expect(await fromInflux(hourlyBucket(config.bucket))).toEqual(await fromDuck(aggregateSql(HOUR)))
  })

  it('correct a minute that was aggregated before, and change nothing when they run again', async () => {
    const [first] = await write(traffic(Date.now() - 50 * HOUR, 1))
    await runTask(config, 'late events')
    const numbers = await agree()
    await runTask(config, 'late events')
    expect(await agree()).toEqual(numbers)
    expect(first).toBeDefined()
  })
})

describe('deletion', () => {
  it("takes a visitor's events and no one else's, and the aggregates follow", async () => {
    const records = await write(traffic(Date.now() - 20 * MINUTE, 8))
    const { visitor, site } = records[4]!
    await runTask(config, 'late events')
    const views = await viewPoints()
    const others = (await events(duck, site)).filter((id) => !records.some((record) => record.id === id && record.visitor === visitor))
    expect(await influx.forget({ visitor })).toBe(3)
    expect(await duck.forget({ visitor })).toBe(3)
    for (const sink of [influx, duck]) expect(await events(sink, site)).toEqual(others)
    await runTask(config, 'late events')
    await agree()
    expect(await fromInflux(hourlyBucket(config.bucket))).toEqual(await fromDuck(aggregateSql(HOUR)))
    expect(await viewPoints()).toBe(views - 1)
    expect(await influx.forget({ visitor })).toBe(0)
  })

  it('takes a site with all that belongs to it', async () => {
    expect((await events(influx, 'blog.example')).length).toBeGreaterThan(0)
    expect(await influx.forget({ site: 'blog.example' })).toBe(await duck.forget({ site: 'blog.example' }))
    for (const sink of [influx, duck]) expect(await events(sink, 'blog.example')).toEqual([])
    const numbers = await agree()
    expect(Object.keys(numbers).filter((key) => key.includes('blog.example'))).toEqual([])
    expect(Object.keys(numbers).length).toBeGreaterThan(0)
  })
})

describe('retention', () => {
  it('deletes events and keeps their aggregates, which go later', async () => {
    const numbers = await agree()
    const raw = Math.floor((Date.now() - 24 * HOUR) / HOUR) * HOUR
    for (const sink of [influx, duck]) await sink.expire({ raw })
    for (const sink of [influx, duck]) expect((await sink.events({ from: 0, to: raw, limit: 10 })).events).toEqual([])
    expect((await events(influx, 'shop.example')).length).toBeGreaterThan(0)
    expect(await agree()).toEqual(numbers)
    for (const sink of [influx, duck]) await sink.expire({ raw, aggregates: raw })
    const left = await agree()
    expect(Object.keys(left).length).toBeGreaterThan(0)
    expect(Object.keys(left).length).toBeLessThan(Object.keys(numbers).length)
  })
})

describe('a bucket that was filled before there were tasks', () => {
  beforeEach(async () => {
    await close()
    await open()
  })

  it('is aggregated whole', async () => {
    const records = await write([...traffic(Date.now() - 400 * HOUR, 5), ...traffic(Date.now() - 30 * HOUR, 5)])
    expect(await ensureTasks(config)).toHaveLength(5)
    await runTask(config, 'late events')
    expect(countOf(await agree())).toBe(records.length)
  })
})
