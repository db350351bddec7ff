import { pipelineEnv } from '@webwatch/collector/testing/kafka-pipeline.ts'
import { ensureBucket, ensureHealthBucket } from '@webwatch/collector/upkeep/influx-buckets.ts'
import { hourlyBucket } from '@webwatch/metrics/aggregates.ts'
import { healthNumber, healthSeries } from '@webwatch/metrics/grafana/health.ts'
import { DEPLOYMENTS_MEASUREMENT, HEALTH_MEASUREMENT, healthBucket } from '@webwatch/metrics/health.ts'
import { beforeAll, expect, inject, it } from 'vitest'
import { dashboardModel } from '../generate/grafana/dashboard.ts'
import { dashboards } from '../generate/grafana/dashboards.ts'
import { fill, type Viewer } from './fill.ts'
import { type Frame, fieldOf } from './frames.ts'
import { runFlux } from './influx.ts'
import { numbersOf } from './right.ts'

const servers = inject('stack')
const bucket = `${pipelineEnv(servers).INFLUX_BUCKET!}-figures`
const config = { url: servers.influxUrl, token: servers.influxToken, organisation: servers.influxOrganisation, bucket }
const MINUTE = 60_000
const DAY = 86_400_000
const now = Math.floor(Date.now() / MINUTE) * MINUTE
/** Of which events have gone, and counts per hour are left. */
const longAgo = now - 40 * DAY

const [overview] = dashboards.map(dashboardModel)
const viewerAt = (time: number, variables: Viewer['variables'] = { site: null }): Viewer => ({
  from: time - 10 * MINUTE,
  to: time + MINUTE,
  intervalMs: MINUTE,
  bucket,
  variables,
})
const query = (text: string, viewer: Viewer): Promise<Frame[]> => runFlux(servers, fill(text, viewer))

async function write(into: string, lines: readonly string[]): Promise<void> {
  const { status } = await fetch(`${servers.influxUrl}/api/v2/write?org=${servers.influxOrganisation}&bucket=${into}&precision=ms`, {
    method: 'POST',
    headers: { authorization: `Token ${servers.influxToken}` },
    body: lines.join('\n'),
  })
  expect(status).toBe(204)
}

beforeAll(async () => {
  for (const name of [bucket, hourlyBucket(bucket)]) await ensureBucket(config, name, 0)
  await ensureHealthBucket(config)
  const delays = [0.03, 0.05, 0.04, 0.03]
  await write(healthBucket(bucket), [
    ...delays.map((delay, index) => `${HEALTH_MEASUREMENT},instance=${index} loop_delay=${delay},spool=${index + 1} ${now}`),
    ...['shop.example', 'other.example', '(collector)'].map((site) => `${DEPLOYMENTS_MEASUREMENT},site=${site} text="on ${site}" ${now}`),
  ])
  await write(hourlyBucket(bucket), [
    `pageviews,data_type=aggregated,site=shop.example,url=https://shop.example/old,device=desktop,country=DE count=3i ${longAgo}`,
    `pageviews,data_type=aggregated,site=other.example,url=https://other.example/,device=mobile,country=US count=1i ${longAgo}`,
  ])
})

it('of several collectors, delays of the event loop are those of the worst one, and what waits is added up', async () => {
  for (const [field, right] of [
    ['loop_delay', 0.05],
    ['spool', 10],
  ] as const) {
    for (const text of [healthNumber(field), healthSeries(field)]) {
      const [frame] = await query(text, viewerAt(now))
      expect(frame!.fields.filter(({ type }) => type === 'number').flatMap(numbersOf), field).toEqual([right])
    }
  }
})

it.each([
  [null, ['on (collector)', 'on other.example', 'on shop.example']],
  [['shop.example'], ['on (collector)', 'on shop.example']],
])('with the site %s, deployments are those of it and of collectors', async (site, right) => {
  const { target } = overview!.annotations.list.find(({ name }) => name === 'Deployments')!
  const [frame] = await query(target.query, viewerAt(now, { site }))
  expect([...frame!.fields[1]!.values].sort()).toEqual(right)
})

it.each([
  [null, { site: ['other.example', 'shop.example'], country: ['DE', 'US'], device: ['desktop', 'mobile'] }],
  [['shop.example'], { site: ['other.example', 'shop.example'], country: ['DE'], device: ['desktop'], url: ['https://shop.example/old'] }],
])('with the site %s, variables offer what only the counts per hour still know', async (site, right) => {
  for (const [name, values] of Object.entries(right)) {
    const { query: text } = overview!.templating.list.find((variable) => variable.name === name)!
    const frames = await query(text, viewerAt(longAgo, { site }))
    expect(frames.flatMap((frame) => fieldOf(frame, '_value')!.values).sort(), name).toEqual(values)
    // A range of which all events are left does not look there.
    expect(await query(text, viewerAt(now, { site }))).toEqual([])
  }
})

it('lines of figures end where no collector has told anything, and go on where one does', async () => {
  const lines = (count: number, ago: number) => `${HEALTH_MEASUREMENT},instance=0 lag=${count} ${longAgo - ago * MINUTE}`
  await write(healthBucket(bucket), [lines(7, 9), lines(5, 8), lines(3, 2)])
  const [frame] = await query(healthSeries('lag'), viewerAt(longAgo))
  expect(frame!.fields[1]!.values).toEqual([null, 7, 5, null, null, null, null, null, 3, null, null])
  expect(frame!.fields[0]!.values).toEqual(Array.from({ length: 11 }, (_, index) => longAgo + (index - 10) * MINUTE))
})
