import type { EventRecord } from '@webwatch/collector/record.ts'
import { influxSink } from '@webwatch/collector/sink/influxdb.ts'
import type { Sink } from '@webwatch/collector/sink/sink.ts'
import { uuidV7 } from '@webwatch/collector/testing/batch.ts'
import { pipelineEnv } from '@webwatch/collector/testing/kafka-pipeline.ts'
import { generateVisits } from '@webwatch/collector/testing/visits.ts'
import { windowStarts } from '@webwatch/metrics'
import { evaluate, type StoredEvent } from '@webwatch/metrics/reference.ts'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { dashboards } from '../generate/grafana/dashboards.ts'
import { fill, type Viewer } from './fill.ts'
import { fieldOf } from './frames.ts'
import { runFlux } from './influx.ts'
import { round } from './right.ts'

const servers = inject('stack')
const bucket = `${pipelineEnv(servers).INFLUX_BUCKET!}-weeks`
const MINUTE = 60_000
const DAY = 86_400_000
/** From a Sunday. Clocks go back in Europe on 25 October 2026, and in New York a week later. */
const span = { from: Date.UTC(2026, 9, 4, 11), to: Date.UTC(2026, 10, 6, 11) }
const all = { site: null, url: null, device: null, country: null }
/** What Grafana tells of the viewer's zone, and what is meant: nothing before version 10. */
const zones = [
  [undefined, 'UTC'],
  ['utc', 'UTC'],
  ['Europe/Berlin', 'Europe/Berlin'],
  ['America/New_York', 'America/New_York'],
  ['Asia/Kolkata', 'Asia/Kolkata'],
] as const

const panels = dashboards.flatMap(({ panels: specs }) => specs)
let store: Sink
let visits: StoredEvent[]

const viewerIn = (zone: string | undefined, intervalMs: number): Viewer => ({
  ...span,
  intervalMs,
  bucket,
  variables: all,
  ...(zone !== undefined && { zone }),
})

beforeAll(async () => {
  const view = generateVisits({ seed: 52, site: 'shop.example', ...span, visitors: 9 }).find(({ type }) => type === 'pageview')!
  // Of those of the first week nobody comes back in the third, so that its column first has a number further down. The hours go around the clock.
  visits = Array.from({ length: 60 }, (_, index) =>
    [0, 1, 2, 3, 4]
      .filter((week) => week === index % 4 || (week > index % 4 && (index + week) % 3 === 0 && !(index % 4 === 0 && week === 2)))
      .map((week) => {
        const time = span.from + (week * 7 + (index % 7)) * DAY + index * 47 * MINUTE
        return { ...view, id: uuidV7(time), time, visitor: `visitor ${index}` }
      }),
  )
    .flat()
    .filter(({ time }) => time < span.to)
  store = influxSink(
    { url: servers.influxUrl, token: servers.influxToken, organisation: servers.influxOrganisation, bucket },
    pino({ level: 'warn' }),
  )
  expect((await store.write(visits as EventRecord[])).refused).toEqual([])
})
afterAll(() => store?.close())

describe.each(zones)('where Grafana tells the zone %s', (told, zone) => {
  it('the table of those who come back has a row for each week there, and the part that was seen in each later one', async () => {
    const { queries, asks } = panels.find((panel) => panel.asks?.shape === 'cohorts')!
    const [frame] = await runFlux(servers, fill(queries[0]!, viewerIn(told, MINUTE)))
    const rows = evaluate(asks!.metric, { ...span, zone, filters: {}, by: [] }, visits)
    const cohorts = [...new Set(rows.map(({ cohort }) => Number(cohort)))].sort((a, b) => a - b)
    const weeks = windowStarts({ every: 1, unit: 'w' }, span.from, span.to, zone)
    const seen = (cohort: number, place: number) => {
      const time = weeks[weeks.indexOf(cohort) + place]
      return rows.find((row) => row.cohort === cohort && row.time === time)?.value
    }
    const places = [0, 1, 2, 3, 4].filter((place) => cohorts.some((cohort) => seen(cohort, place) !== undefined))
    const column = (name: string) => fieldOf(frame, name)!.values
    expect(frame!.fields.map(({ name }) => name)).toEqual(['cohort', 'size', ...places.map((place) => `Week ${place}`)])
    // The first week begins with the range, whatever day that is.
    expect(column('cohort').slice(1)).toEqual(cohorts.slice(1))
    expect(column('size')).toEqual(cohorts.map((cohort) => seen(cohort, 0)))
    for (const place of places) {
      const right = cohorts.map((cohort) => seen(cohort, place) ?? null)
      const sizes = cohorts.map((cohort) => seen(cohort, 0)!)
      expect(column(`Week ${place}`).map((part) => (part === null ? null : round(part as number)))).toEqual(
        right.map((value, index) => (value === null ? null : round(value / sizes[index]!))),
      )
    }
    expect(places.length).toBeGreaterThan(3)
  })

  it('a line of days has the days there', async () => {
    const { queries, asks } = panels.find((panel) => panel.type === 'timeseries' && panel.asks?.metric.id === 'page_views')!
    const [frame] = await runFlux(servers, fill(queries[0]!, viewerIn(told, DAY)))
    const right = evaluate(asks!.metric, { ...span, zone, filters: {}, by: [], window: { every: 1, unit: 'd' } }, visits)
    const days = windowStarts({ every: 1, unit: 'd' }, span.from, span.to, zone).map((start) => Math.max(start, span.from))
    const counts = days.map((day) => right.find(({ time }) => Math.max(time!, span.from) === day)?.value ?? 0)
    expect(frame!.fields[0]!.values).toEqual(days)
    expect(frame!.fields[1]!.values).toEqual(counts)
    expect(new Set(counts).size).toBeGreaterThan(2)
  })
})
