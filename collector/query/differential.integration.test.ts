import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventTypes } from '@webwatch/events'
import type { FunnelStep, Metric } from '@webwatch/events/metric.ts'
import { catalogue, columnsOfRows, commonTags, fluxQuery, parseWindow, type Query, type Row, readRows, sqlQuery } from '@webwatch/metrics'
import { columnOf } from '@webwatch/metrics/columns.ts'
import { evaluate } from '@webwatch/metrics/reference.ts'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import type { EventRecord } from '../record.ts'
import { duckDbSink } from '../sink/duckdb.ts'
import { influxSink } from '../sink/influxdb.ts'
import type { Sink } from '../sink/sink.ts'
import { uuidV7 } from '../testing/batch.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import { generateVisits } from '../testing/visits.ts'

/** Further rounds through all ranges, windows, zones and filters, for each breakdown: DIFFERENTIAL_TURNS=20 is the long form. */
const TURNS = Number(process.env.DIFFERENTIAL_TURNS ?? 0)
/** Another seed makes other events, and puts other questions together. */
const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 20_261_025)
const AT_ONCE = 4
/** For the questions about one metric. */
const TIMEOUT_MS = 120_000 * (1 + TURNS / 4)

/** Clocks go back in Europe on 25 October 2026 and in New York a week later; on Lord Howe they went ahead, by half an hour, on 4 October. */
const span = { from: Date.UTC(2026, 9, 1), to: Date.UTC(2026, 10, 6) }
const busy = 'bücher.example'
const single = 'single.example'
const empty = 'nobody.example'
const hollow = 'hollow.example'

const ranges = [
  span,
  { from: Date.UTC(2026, 9, 24, 20), to: Date.UTC(2026, 9, 26, 3, 30) },
  { from: Date.UTC(2026, 9, 3, 11, 13, 17, 123), to: Date.UTC(2026, 9, 5, 1) },
  { from: Date.UTC(2026, 9, 31), to: Date.UTC(2026, 10, 2, 12, 0, 0, 1) },
  { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2) },
]
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe']
const windows = [undefined, '1d', '6h', '1w', undefined, '1mo', '30m']
const sites = [busy, busy, busy, single, empty]
const steps: readonly FunnelStep[] = [
  { name: 'home', of: { types: ['pageview'], where: [{ column: 'url', is: 'https://shop.example/' }] } },
  { name: 'any click', of: { types: ['click'] } },
  { name: 'a page', of: { types: ['pageview'] } },
  { name: 'again', of: { types: ['pageview'] } },
]

let records: EventRecord[]
let busyRecords: EventRecord[]
let influx: Sink
let duck: Sink
let dataDir: string
const bucket = pipelineEnv(inject('stack')).INFLUX_BUCKET!

/**
 * Of each type four events of one page view, of which every text that may be empty is the same, and then empty: where Flux's columns of texts lose one
 * (`leaveEmpty` in metrics/flux/rows.ts).
 */
function hollowRecords(visits: readonly EventRecord[]): EventRecord[] {
  const from = span.from + 3_600_000
  const shared = { ...visits[0]!, site: hollow, page: uuidV7(from) }
  return eventTypes.flatMap(({ type, data: { properties } }, index) => {
    const texts = Object.keys(properties).filter((name) => isHollow(type, name))
    const { data, url, route } = visits.find((event) => event.type === type)!
    return ['same', 'same', 'same', ''].map((text, place): EventRecord => {
      const seq = index * 4 + place
      const time = from + seq * 1000
      const own = { ...data, ...Object.fromEntries(texts.map((name) => [name, text])) }
      return { ...shared, id: uuidV7(time), type, time, seq, url, route, data: own }
    })
  })
}

const isHollow = (type: string, name: string): boolean => {
  const column = columnOf(type, name)
  return column.kind === 'field' && column.type === 'hollow'
}

beforeAll(async () => {
  const visits = generateVisits({ seed: SEED, site: busy, ...span, visitors: 300 })
  const [one] = generateVisits({ seed: 7, site: single, ...span, visitors: 1 }).filter(({ type }) => type === 'pageview')
  records = [...visits, ...hollowRecords(visits), one!]
  busyRecords = visits
  const { influxUrl: url, influxToken: token, influxOrganisation: organisation } = inject('stack')
  influx = influxSink({ url, token, organisation, bucket }, pino({ level: 'warn' }))
  dataDir = await mkdtemp(join(tmpdir(), 'webwatch-differential-'))
  duck = await duckDbSink(dataDir)
  for (const sink of [influx, duck]) {
    expect((await sink.write(records)).refused).toEqual([])
    // Everything a second time, as after a retry.
    await sink.write(records.slice(0, records.length / 2))
  }
})

afterAll(async () => {
  await influx?.close()
  await duck?.close()
  await rm(dataDir, { recursive: true, force: true })
})

/** Rows by what they are about. Sums of many numbers differ in their last digits by the order in which they are added. */
function keyed(metric: Metric, query: Query, rows: readonly Row[]): Map<string, number> {
  const columns = ['time', ...columnsOfRows(metric, query.by)]
  const entries = rows.map(({ value, ...row }) => [JSON.stringify(columns.map((name) => row[name])), value] as const)
  expect(new Set(entries.map(([key]) => key)).size, 'no row appears twice').toBe(entries.length)
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))

function same(found: Map<string, number>, expected: Map<string, number>, told: string): void {
  const settled = new Map(
    [...found].map(([key, value]) => [key, isClose(value, expected.get(key) ?? Number.NaN) ? expected.get(key)! : value]),
  )
  expect([...settled], told).toEqual([...expected])
}

async function agrees(metric: Metric, query: Query): Promise<number> {
  const expected = keyed(metric, query, evaluate(metric, query, records))
  const sql = sqlQuery(metric, query)
  const flux = fluxQuery(metric, query, bucket)
  const [fromDuck, fromInflux] = await Promise.all([duck.rows(sql), influx.rows(flux)])
  const told = `${metric.id} ${JSON.stringify({ ...query, steps: undefined })}`
  same(keyed(metric, query, readRows(metric, query, fromDuck)), expected, `DuckDB: ${told}\n${sql}`)
  same(keyed(metric, query, readRows(metric, query, fromInflux)), expected, `InfluxDB: ${told}\n${flux}`)
  return expected.size
}

/** Until when there was somebody: the end of a range for a metric about the present. */
const somebody = (number: number): number => busyRecords[number % busyRecords.length]!.time + 1

let turn = SEED % 1_000_000
/** Ranges, windows, zones, sites and filters in turn: with numbers of them that share no factor, all pairs come up. */
function nextQuery({ breakdowns, latestSeconds }: Metric, by: readonly string[]): Query {
  turn++
  const window = windows[turn % windows.length]
  const range = window === '30m' ? ranges[1 + (turn % 3)]! : ranges[turn % ranges.length]!
  const filters: Record<string, string[]> = { site: [sites[(turn >> 1) % sites.length]!] }
  if (turn % 4 === 0) filters.device = ['desktop', 'tablet']
  if (turn % 9 === 0 && breakdowns.includes('url')) filters.url = ['https://shop.example/straße']
  if (turn % 5 === 0 && breakdowns.includes('target')) filters.target = ['🛒', '#buy']
  const asked = { ...range, zone: zones[(turn * 3) % zones.length]!, filters, by, steps, ...(window && { window: parseWindow(window)! }) }
  return latestSeconds === undefined ? asked : { ...asked, from: span.from, to: somebody(turn) }
}

const day = parseWindow('1d')!

/** The whole span, of the site on which most happens. */
const fullOf = ({ latestSeconds }: Metric): Query => ({
  ...span,
  ...(latestSeconds !== undefined && { to: somebody(0) }),
  zone: 'Europe/Berlin',
  filters: { site: [busy] },
  by: [],
  steps,
})

/** Limits a column to some of the texts that it has, what is missing included. */
function filtered(metric: Metric, column: string, index: number): Query {
  const full = fullOf(metric)
  const texts = [...new Set(evaluate(metric, { ...full, by: [column] }, records).map((row) => String(row[column])))].sort()
  const values = texts.filter((text, place) => text === '(none)' || place % 3 === index % 3)
  return { ...full, filters: { ...full.filters, [column]: values.length > 0 ? values : texts }, ...(index % 2 === 0 && { window: day }) }
}

/** Columns to filter by. The tags of all events are one like another for both stores: of them the short form takes one, in turn. */
function filterColumns({ breakdowns }: Metric): readonly string[] {
  if (TURNS > 0) return breakdowns
  const tags = breakdowns.filter((column) => commonTags.some((tag) => tag === column))
  return breakdowns.filter((column) => !tags.includes(column) || column === tags[turn % tags.length])
}

/** What has an answer for sure: the whole span, with every breakdown, and with filters. */
function answered(metric: Metric): Query[] {
  const full = fullOf(metric)
  return [
    full,
    { ...full, window: day },
    ...metric.breakdowns.map((column) => ({ ...full, by: [column] })),
    ...filterColumns(metric).map((column, index) => filtered(metric, column, index)),
  ]
}

/** Every breakdown, and a pair, over what comes next; again and again in the long form. */
function others(metric: Metric): Query[] {
  const columns = metric.breakdowns.map((column) => [column])
  const pairs = metric.breakdowns.length > 1 ? [metric.breakdowns.slice(0, 2)] : []
  return Array.from({ length: 1 + TURNS }, () => [[], ...pairs, ...columns].map((by) => nextQuery(metric, by))).flat()
}

/** Sites on which one thing happened, and nothing. */
const quiet = (metric: Metric): Query[] =>
  [single, empty].map((site) => ({
    ...fullOf(metric),
    ...(metric.latestSeconds !== undefined && { to: records.at(-1)!.time + 1 }),
    filters: { site: [site] },
  }))

/** Whether a page view is enough for an answer. */
const isOfViews = ({ measure }: Metric): boolean =>
  'take' in measure && measure.of.some(({ types, where, alongside }) => types.includes('pageview') && !where && !alongside)

/** The site of texts that become empty, with every breakdown. */
const ofHollow = (metric: Metric): Query[] => {
  const asked = { ...fullOf(metric), ...(metric.latestSeconds !== undefined && { to: span.from + 3_720_000 }), filters: { site: [hollow] } }
  return [asked, ...metric.breakdowns.map((column) => ({ ...asked, by: [column] }))]
}

let cases = 0
let rows = 0

it('has texts that become empty in most types', () => {
  const texts = records.filter(({ site, data }) => site === hollow && Object.values(data).includes('')).map(({ type }) => type)
  expect(new Set(texts).size).toBeGreaterThan(10)
})

it.each(catalogue.map((metric) => [metric.id, metric] as const))(
  '%s is the same in InfluxDB, in DuckDB and in plain TypeScript',
  async (_id, metric) => {
    const sure = answered(metric)
    const queries = [...sure, ...others(metric)]
    const [one, none] = await Promise.all(quiet(metric).map((query) => agrees(metric, query)))
    expect(none, 'rows of nothing').toBe(0)
    if (isOfViews(metric)) expect(one, 'rows of a single page view').toBeGreaterThan(0)
    await Promise.all(ofHollow(metric).map((query) => agrees(metric, query)))
    cases += queries.length
    for (let start = 0; start < queries.length; start += AT_ONCE) {
      const some = queries.slice(start, start + AT_ONCE)
      const found = await Promise.all(some.map((query) => agrees(metric, query)))
      for (const [index, count] of found.entries())
        if (start + index < sure.length) expect(count, JSON.stringify(some[index])).toBeGreaterThan(0)
      rows += found.reduce((total, count) => total + count, 0)
    }
  },
  TIMEOUT_MS,
)

it('compares enough', () => {
  console.log(`${cases} queries over ${records.length} events (seed ${SEED}) gave the same ${rows} rows three times`)
  expect(rows).toBeGreaterThan(cases)
})
