import type { Metric } from '@webwatch/events/metric.ts'
import { catalogue, columnsOfRows, fluxQuery, parseWindow, type Query, type Row, readRows } from '@webwatch/metrics'
import { hourlyBucket } from '@webwatch/metrics/aggregates.ts'
import { quote } from '@webwatch/metrics/flux/script.ts'
import { beganAt } from '@webwatch/metrics/flux/views.ts'
import { evaluate } from '@webwatch/metrics/reference.ts'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { InfluxConfig } from '../config.ts'
import type { EventRecord } from '../record.ts'
import { influxSink } from '../sink/influxdb.ts'
import type { Sink } from '../sink/sink.ts'
import { clickEvent, uuidV7 } from '../testing/batch.ts'
import { runTask } from '../testing/influx-tasks.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import { generateVisits } from '../testing/visits.ts'
import { ensureTasks } from './influx-tasks.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const site = 'bücher.example'
const end = Math.floor(Date.now() / MINUTE) * MINUTE
const span = { from: end - 5 * DAY, to: end + MINUTE }

const metrics = catalogue.filter(({ measure }) => 'take' in measure && measure.each?.keep === 'max')
const pieces = 3

let config: InfluxConfig
let influx: Sink
let records: EventRecord[]

/** An event of a page view whose id tells nothing, or a moment that cannot be. */
const oddView = (page: string, duration: number): EventRecord => ({
  ...records[0]!,
  ...clickEvent({ id: uuidV7(), time: end - 3 * MINUTE, seq: duration, page, site }),
  type: 'duration',
  data: { duration, elapsed: duration },
})

/** The events as the points of page views count them: at the moment at which the view began. */
const atBegin = (events: readonly EventRecord[]): EventRecord[] =>
  events.map((event) => ({ ...event, time: beganAt(event.page, event.time) }))

/** Sums differ in their last digits by the order of what is added; a mean that lies just between two roundings, as 13.88203125 does, must not show it. */
const rounded = (value: number): number => Number((value * (1 + 3e-11)).toPrecision(9))

function keyed(metric: Metric, query: Query, rows: readonly Row[]): Map<string, number> {
  const columns = ['time', ...columnsOfRows(metric, query.by)]
  const entries = rows.map(({ value, ...row }) => [JSON.stringify(columns.map((name) => row[name])), rounded(value)] as const)
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function fromViews(metric: Metric, query: Query): Promise<Map<string, number>> {
  const summaries = { bucket: quote(hourlyBucket(config.bucket)), when: 'true' }
  return keyed(metric, query, readRows(metric, query, await influx.rows(fluxQuery(metric, query, config.bucket, { summaries }))))
}

beforeAll(async () => {
  const { influxUrl: url, influxToken: token, influxOrganisation: organisation } = inject('stack')
  config = { url, token, organisation, bucket: pipelineEnv(inject('stack')).INFLUX_BUCKET! }
  influx = influxSink(config, pino({ level: 'warn' }))
  records = generateVisits({ seed: 41, site, from: span.from, to: end - MINUTE, visitors: 120 })
  records.push(...['no-uuid', uuidV7(Date.UTC(2001, 1, 1)), uuidV7(end + 9 * DAY)].flatMap((page) => [oddView(page, 7), oddView(page, 3)]))
  await influx.health()
  await ensureTasks(config)
  // In any order, the last values of a view before its first ones too, and some twice.
  for (let piece = 0; piece < pieces; piece++) {
    const own = records.filter((_, index) => index % pieces === piece)
    expect((await influx.write([...own, ...records.slice(0, 50)])).refused).toEqual([])
    await runTask(config, piece === 0 ? 'views' : 'late events')
  }
  await runTask(config, 'late events')
})
afterAll(() => influx?.close())

describe.each(metrics.map((metric) => [metric.id, metric] as const))('%s from the points of page views', (_id, metric) => {
  const whole: Query = { ...span, zone: 'UTC', filters: { site: [site] }, by: [] }
  const columns = metric.breakdowns.filter((name) => name !== 'url').map((column) => ({ ...whole, by: [column] }))
  const queries: Query[] = [
    whole,
    { ...whole, by: ['url'], filters: { site: [site], device: ['desktop', 'tablet'] } },
    { ...whole, window: parseWindow('6h')! },
    { ...whole, by: ['device'], window: parseWindow('1d')!, zone: 'Asia/Kolkata' },
    { ...whole, from: end - 2 * DAY - 12_345, to: end - DAY },
    ...columns,
  ]

  it('is what it would be if the events of a view happened when it began', async () => {
    for (const query of queries) {
      expect(await fromViews(metric, query), JSON.stringify(query)).toEqual(keyed(metric, query, evaluate(metric, query, atBegin(records))))
    }
  })

  it('is the same as from events where the range holds the views whole', async () => {
    const fromEvents = readRows(metric, whole, await influx.rows(fluxQuery(metric, whole, config.bucket)))
    expect(keyed(metric, whole, fromEvents)).toEqual(await fromViews(metric, whole))
  })
})
