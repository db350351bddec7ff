import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventTypes, type TrackedEvent } from '@webwatch/events'
import type { Metric } from '@webwatch/events/metric.ts'
import {
  aggregatesOf,
  catalogue,
  columnsOfRows,
  commonTags,
  fluxQuery,
  keptFor,
  outlivesEvents,
  parseWindow,
  type Query,
  type Row,
  readRows,
  sortRows,
  sqlQuery,
} from '@webwatch/metrics'
import { type Aggregates, hourlyBucket, hours, minutes } from '@webwatch/metrics/aggregates.ts'
import { healthBucket } from '@webwatch/metrics/health.ts'
import { evaluate } from '@webwatch/metrics/reference.ts'
import { aggregatesSql } from '@webwatch/metrics/sql/sql.ts'
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
import { generateVisits } from '../testing/visits.ts'
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

/** What the aggregates in a bucket say, by measurement, tags, start and field. */
async function fromInflux(bucket: string, { tags }: Aggregates): Promise<Numbers> {
  const rows = await influx.rows(
    `from(bucket: "${bucket}") |> range(start: 0) |> filter(fn: (r) => r.data_type == "aggregated") |> toFloat() |> group()`,
  )
  return Object.fromEntries(
    rows.map((row) => [
      [row._measurement, ...tags.map((tag) => row[tag]), Date.parse(row._time as string), row._field].join(' '),
      Number((row._value as number).toFixed(6)),
    ]),
  )
}

async function fromDuck(query: string, { tags }: Aggregates): Promise<Numbers> {
  const rows = await duck.rows(query)
  return Object.fromEntries(
    rows.map((row) => [
      [measurements.get(row.type as string), ...tags.map((tag) => row[tag]), row.start, row.field].join(' '),
      Number((row.value as number).toFixed(6)),
    ]),
  )
}

/** What the minutes are, by definition: made of the events themselves. */
function byHand(records: readonly EventRecord[]): Numbers {
  const values = new Map<string, number[]>()
  const take = (key: string, value: unknown) => {
    if (typeof value === 'number') values.set(key, [...(values.get(key) ?? []), value])
  }
  for (const { type, site, route, time, data } of records) {
    const { measurement, averages } = eventTypes.find((definition) => definition.type === type)!
    const key = [measurement, site, route, time - (time % MINUTE)].join(' ')
    take(`${key} count`, 1)
    for (const name of averages) take(`${key} avg_${name}`, data[name])
  }
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  return Object.fromEntries(
    [...values].map(([key, all]) => [key, Number((key.endsWith(' count') ? all.length : sum(all) / all.length).toFixed(6))]),
  )
}

/** Minutes of both stores, which must be the same. */
async function agree(): Promise<Numbers> {
  const found = await fromInflux(config.bucket, minutes)
  expect(found).toEqual(await fromDuck('SELECT * FROM aggregates', minutes))
  return found
}

/** The same of hours, where no event has gone. */
const hoursAgree = async (): Promise<void> =>
  expect(await fromInflux(hourlyBucket(config.bucket), hours)).toEqual(await fromDuck(aggregatesSql(hours), hours))

const countOf = (numbers: Numbers): number =>
  Object.entries(numbers)
    .filter(([key]) => key.endsWith(' count'))
    .reduce((sum, [, value]) => sum + value, 0)

/** Number of page views that have a point of their own. */
async function viewPoints(): Promise<number> {
  const flux = `from(bucket: "${hourlyBucket(config.bucket)}") |> range(start: 0) |> filter(fn: (r) => r._measurement == "views") |> group() |> count()`
  return Number((await influx.rows(flux))[0]?._value)
}

/** Number of points of a site, whatever they are. */
async function pointsOf(bucket: string, site: string): Promise<number> {
  const flux = `from(bucket: "${bucket}") |> range(start: 0) |> filter(fn: (r) => r.site == "${site}") |> keep(columns: ["site"]) |> group() |> count(column: "site")`
  return Number((await influx.rows(flux))[0]?.site ?? 0)
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
    expect(await agree()).toEqual(byHand(records))
  })

  it('make the aggregates of late events anew, hours and days back, and count them', async () => {
    const hours = traffic(Date.now() - 3 * HOUR, 10)
    const days = traffic(Date.now() - 50 * HOUR, 30)
    for (const records of [hours, days]) {
      expect((await influx.write(records)).late).toBe(records.length)
      await duck.write(records)
    }
    for (const task of ['hours', 'views', 'late events'] as const) await runTask(config, task)
    await agree()
    await hoursAgree()
  })

  it('make the aggregates of late events anew that came for many hours, far apart', async () => {
    await write(Array.from({ length: 12 }, (_, index) => traffic(Date.now() - (60 + 3 * index) * HOUR, 2)).flat())
    await runTask(config, 'late events')
    await agree()
    await hoursAgree()
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
    await hoursAgree()
    expect(await viewPoints()).toBe(views - 1)
    expect(await influx.forget({ visitor })).toBe(0)
  })

  it('takes a site with all that belongs to it', async () => {
    expect((await events(influx, 'blog.example')).length).toBeGreaterThan(0)
    const buckets = [config.bucket, hourlyBucket(config.bucket), healthBucket(config.bucket)]
    for (const bucket of buckets) expect(await pointsOf(bucket, 'blog.example'), bucket).toBeGreaterThan(0)
    expect(await influx.forget({ site: 'blog.example' })).toBe(await duck.forget({ site: 'blog.example' }))
    for (const sink of [influx, duck]) expect(await events(sink, 'blog.example')).toEqual([])
    for (const bucket of buckets) {
      expect(await pointsOf(bucket, 'blog.example'), bucket).toBe(0)
      expect(await pointsOf(bucket, 'shop.example'), bucket).toBeGreaterThan(0)
    }
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

describe('a range that begins before the oldest event', () => {
  const site = 'shop.example'
  const end = Math.floor(Date.now() / HOUR) * HOUR
  const span = { from: end - 12 * 24 * HOUR, to: end }
  /** Until then events go: within the range. */
  const gone = end - 10 * 24 * HOUR
  const counts = catalogue.filter(
    ({ measure }) => aggregatesOf(measure).length > 0 && aggregatesOf(measure).every((part) => outlivesEvents(part, [])),
  )
  const zones = ['UTC', 'Europe/Berlin', 'Asia/Kolkata']
  let records: EventRecord[]

  const queriesOf = (breakdowns: readonly string[], turn: number): Query[] => {
    const full = { ...span, zone: zones[turn % 3]!, filters: { site: [site] }, by: [] }
    const by = commonTags.filter((tag) => breakdowns.includes(tag))[turn % 5]
    return [
      full,
      { ...full, by: by ? [by] : [], window: parseWindow(['1d', '6h', '30m'][turn % 3]!)! },
      { ...full, to: gone - 5 * HOUR, filters: { site: [site], device: ['desktop', 'tablet'] } },
      { ...full, from: gone - 7 * HOUR - 12_345 },
    ]
  }

  const told = (metric: Metric, query: Query, rows: readonly Row[]) =>
    sortRows(metric, query, rows).map((row) => [row.time, ...columnsOfRows(metric, query.by).map((name) => row[name]), row.value])

  /** Both stores count what has gone by the hour in which it happened, to the ms at which that begins. */
  async function areRight(isGone: (event: EventRecord) => boolean): Promise<void> {
    const known = records.map((event) => (isGone(event) ? { ...event, time: event.time - (event.time % HOUR) } : event))
    for (const [turn, metric] of counts.entries()) {
      for (const query of queriesOf(metric.breakdowns, turn)) {
        const flux = fluxQuery(metric, query, config.bucket, keptFor(query, config.bucket, end, undefined))
        const expected = told(metric, query, evaluate(metric, query, known))
        const [ofInflux, ofDuck] = await Promise.all([influx.rows(flux), duck.rows(sqlQuery(metric, query))])
        const asked = `${metric.id} ${JSON.stringify(query)}`
        expect(told(metric, query, readRows(metric, query, ofInflux)), `InfluxDB: ${asked}\n${flux}`).toEqual(expected)
        expect(told(metric, query, readRows(metric, query, ofDuck)), `DuckDB: ${asked}`).toEqual(expected)
      }
    }
  }

  beforeAll(async () => {
    await close()
    await open()
    const visits = generateVisits({ seed: 97, site, ...span, visitors: 60 })
    records = visits.filter(({ time }) => time >= span.from && time < end)
    await influx.health()
    await ensureTasks(config)
    await write(records)
    await runTask(config, 'late events')
  })

  it('is answered from events while they are there, and hours are not counted twice', async () => {
    expect(counts.map(({ id }) => id)).toEqual(expect.arrayContaining(['page_views', 'clicks', 'js_errors', 'video_completion_rate']))
    expect(await agree()).toEqual(byHand(records))
    await hoursAgree()
    await areRight(() => false)
  })

  it('has the same numbers when they have gone, in both stores', async () => {
    for (const sink of [influx, duck]) await sink.expire({ raw: gone })
    expect(records.filter(({ time }) => time < gone).length).toBeGreaterThan(50)
    await areRight(({ time }) => time < gone)
  })

  it('counts on without a visitor who is deleted, and nothing of what has gone is lost', async () => {
    const left = records.filter(({ time }) => time >= gone)
    const eventsOf = (visitor: string) => left.filter((event) => event.visitor === visitor).length
    // InfluxDB takes long to delete many.
    const visitor = left.map((event) => event.visitor).reduce((fewest, next) => (eventsOf(next) < eventsOf(fewest) ? next : fewest))
    for (const sink of [influx, duck]) await sink.forget({ visitor })
    await runTask(config, 'late events')
    records = records.filter((event) => event.visitor !== visitor || event.time < gone)
    await areRight(({ time }) => time < gone)
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
