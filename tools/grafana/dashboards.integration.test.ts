import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { agentOf } from '@webwatch/collector/ingest/agent.ts'
import { countryOf } from '@webwatch/collector/ingest/country.ts'
import { routeOf } from '@webwatch/collector/ingest/route.ts'
import { checkEvent } from '@webwatch/collector/ingest/validation.ts'
import { batchOf, clickEvent } from '@webwatch/collector/testing/batch.ts'
import { type TestCollector, testCollector } from '@webwatch/collector/testing/collector.ts'
import { eventually } from '@webwatch/collector/testing/eventually.ts'
import { runTask } from '@webwatch/collector/testing/influx-tasks.ts'
import { pipelineEnv } from '@webwatch/collector/testing/kafka-pipeline.ts'
import { eventTypes } from '@webwatch/events'
import type { Metric } from '@webwatch/events/metric.ts'
import { theMetric } from '@webwatch/metrics/catalogue.ts'
import { beganAt } from '@webwatch/metrics/flux/views.ts'
import { healthBucket } from '@webwatch/metrics/health.ts'
import { evaluate, type StoredEvent } from '@webwatch/metrics/reference.ts'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type AlertSpec, alerts } from '../generate/grafana/alerts.ts'
import { dashboardModel } from '../generate/grafana/dashboard.ts'
import { dashboards } from '../generate/grafana/dashboards.ts'
import type { PanelModel } from '../generate/grafana/model.ts'
import { type Plan, planVisits } from '../simulate/plan.ts'
import { collectorDestination, type Tally } from '../simulate/sender.ts'
import { simulate } from '../simulate/simulation.ts'
import { fill, intervalFor, type Viewer } from './fill.ts'
import { isFilled, shownNumbers, zeros } from './filled.ts'
import { fits } from './fits.ts'
import { type Frame, fieldOf } from './frames.ts'
import { runFlux } from './influx.ts'
import { isRight, numbersOf, slicesOf } from './right.ts'

const servers = inject('stack')
const env = pipelineEnv(servers)
const bucket = env.INFLUX_BUCKET!
const config = { url: servers.influxUrl, token: servers.influxToken, organisation: servers.influxOrganisation, bucket }
const MINUTE = 60_000
const DAY = 86_400_000

const end = Math.floor(Date.now() / 1000) * 1000
const planOf = (seed: number): Plan => ({
  site: 'shop.example',
  seed,
  rate: 25,
  seconds: 300,
  days: 0,
  faults: 0.02,
  now: end - 5 * MINUTE,
})

/** Once in a thousand times or so, something rare does not happen at all: then others are drawn. */
function drawPlan(): Plan {
  for (;;) {
    const plan = planOf(randomInt(2 ** 31))
    const happened = new Set(planVisits(plan).flatMap(({ events }) => events.map(({ type }) => type)))
    if (happened.size === eventTypes.length) return plan
  }
}

/** Five minutes of visitors, which are over when the test begins. */
const plan = drawPlan()
const all = { site: null, url: null, device: null, country: null }
/** So long that it can be cut into 30 slices of whole seconds. */
const range = { from: end - 6 * MINUTE, to: end + MINUTE / 2 }

let collector: TestCollector
let stored: StoredEvent[]
let tally: Tally

/** What must be in the store, with what the collector derives. */
const expectedEvents = (): StoredEvent[] =>
  planVisits(plan).flatMap(({ visitor, events }) => {
    const { device, browser, os } = agentOf(visitor.userAgent)
    const derived = { device, browser, os, country: countryOf(undefined, visitor.context.timeZone), source: 'script' }
    return events.filter((event, index) => !checkEvent(event, index)).map((event) => ({ ...event, ...derived, route: routeOf(event.url) }))
  })

const query = (text: string, viewer: Viewer): Promise<Frame[]> => runFlux(servers, fill(text, viewer))

const viewerOf = (panel: Pick<PanelModel, 'maxDataPoints'>, variables: Viewer['variables'] = all): Viewer => ({
  ...range,
  intervalMs: intervalFor(range.to - range.from, panel.maxDataPoints ?? 500),
  bucket,
  variables,
})

async function healthPoints(): Promise<number> {
  const flux = `from(bucket: "${healthBucket(bucket)}") |> range(start: -1h) |> filter(fn: (r) => r._field == "stored" and r._value > 0.0) |> group() |> count()`
  return Number((await runFlux(servers, flux))[0]?.fields[1]?.values[0] ?? 0)
}

beforeAll(async () => {
  collector = await testCollector(env)
  await eventually(
    () => collector.get('/readyz'),
    ({ status }) => expect(status).toBe(200),
    60_000,
  )
  const destination = collectorDestination(collector.url, undefined)
  await simulate(plan, destination)
  stored = expectedEvents()
  tally = destination.tally
  expect(tally.accepted).toBe(stored.length)
  await eventually(
    async () => (await collector.parts.telemetry.stored.get()).values[0]?.value,
    (count) => expect(count).toBe(stored.length),
    60_000,
  )
  await eventually(healthPoints, (count) => expect(count).toBeGreaterThan(0), 60_000)
  await runTask(config, 'losses')
  await runTask(config, 'views')
})
afterAll(() => collector.close())

const panels = dashboards.flatMap((spec) => {
  const { panels: models, title } = dashboardModel(spec)
  return models.map((panel, index) => {
    const { asks, full } = spec.panels[index]!
    // What a gauge is full with, too.
    const asked = panel.targets.map((target, place) => ({
      query: target.query,
      asks: asks && full && place > 0 ? { ...asks, metric: full } : asks,
    }))
    return { name: `${title}: ${panel.title}`, panel, asks, asked }
  })
})

describe('after five simulated minutes', () => {
  it('knows the panels that are or may be 0', () => {
    const names = panels.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining([...zeros]))
  })

  it.each(panels)('$name is not empty, fits its picture, and has the right numbers', async ({ name, panel, asked }) => {
    const shown: number[] = []
    for (const { query: text, asks } of asked) {
      // Collectors tell how they are only after it has happened.
      const viewer = asks ? viewerOf(panel) : { ...viewerOf(panel), to: Date.now() }
      const frames = await query(text, viewer)
      const numbers = shownNumbers(frames)
      expect(numbers.length, 'numbers').toBeGreaterThan(0)
      shown.push(...numbers)
      fits[panel.type](frames)
      if (asks) isRight({ asks, viewer, stored }, frames, slicesOf(panel))
    }
    isFilled(name, shown)
  })
})

describe('what collectors tell of themselves', () => {
  const panelOf = (dashboard: string, title: string) => panels.find(({ name }) => name === `WebWatch: ${dashboard}: ${title}`)!.panel
  const ask = (panel: PanelModel) => query(panel.targets[0]!.query, { ...viewerOf(panel), to: Date.now() })

  it.each([
    ['Accepted', () => tally.accepted],
    ['Stored', () => stored.length],
    ['Rejected', () => Object.values(tally.rejected).reduce((total, count) => total + count, 0)],
  ] as const)('%s is as many as were sent', async (title, count) => {
    const panel = panelOf(title === 'Rejected' ? 'Quality' : 'Pipeline', title)
    expect(count()).toBeGreaterThan(0)
    await eventually(
      () => ask(panel),
      ([frame]) => expect(frame!.fields.flatMap(numbersOf)).toEqual([count()]),
    )
  })

  it('Refused events by code are those that were refused, by code', async () => {
    const [frame] = await ask(panelOf('Quality', 'Refused events by code'))
    const codes = fieldOf(frame, 'code')!.values.map((code, row) => [code, fieldOf(frame, 'value')!.values[row]])
    expect(Object.fromEntries(codes)).toEqual(tally.rejected)
  })

  it('Loss ledger and Loss are what the numbers of the events say', async () => {
    const metric = theMetric('loss_ledger')
    const right = evaluate(metric, { ...range, zone: 'UTC', filters: {}, by: [] }, stored)
    const { captured, missing, ...others } = Object.fromEntries(right.map(({ stage, value }) => [String(stage), value]))
    expect(missing).toBeGreaterThan(0)
    const [table] = await ask(panelOf('Quality', 'Loss ledger'))
    const columns = ['captured', 'stored', 'missing'].map((name) => fieldOf(table, name)!.values)
    expect(columns).toEqual([[captured], [others.stored], [missing]])
    const [share] = await ask(panelOf('Quality', 'Loss'))
    expect(share!.fields.flatMap(numbersOf)).toEqual([missing! / captured!])
  })
})

describe('with choices made above the dashboard', () => {
  const chosen = {
    site: ['shop.example', 'other.example'],
    url: ['https://shop.example/products/:id', 'https://shop.example/'],
    device: ['desktop'],
    country: ['DE', 'US', 'GB', 'FR'],
  }
  const nobody = { ...all, site: ['nobody.example'] }

  it.each(panels.filter(({ asks }) => asks))('$name has the right numbers', async ({ panel, asks, asked }) => {
    const variables = Object.fromEntries(
      Object.entries(chosen).map(([name, values]) => [name, asks!.filters.includes(name as 'site') ? values : null]),
    )
    const viewer = viewerOf(panel, variables)
    for (const each of asked) isRight({ asks: each.asks!, viewer, stored }, await query(each.query, viewer), slicesOf(panel))
  })

  it.each(panels)('$name is empty and no error for a site without events', async ({ panel, asks }) => {
    for (const target of panel.targets) {
      const frames = await query(target.query, viewerOf(panel, nobody))
      if (asks)
        expect(
          frames.flatMap(({ fields }) => numbersOf(fields.find(({ name }) => name === '_value'))).filter((value) => value > 0),
        ).toEqual([])
    }
  })
})

describe('over 30 days, when points of page views are read instead of events', () => {
  const readViews = panels.filter(({ panel }) => panel.targets.some(({ query: text }) => text.includes('_hourly')))
  const month = (panel: PanelModel): Viewer => ({ ...viewerOf(panel), from: range.to - 30 * DAY, intervalMs: 3_600_000 })
  /** As the points count them: where their page view began. */
  const counted = ({ measure }: Metric): readonly StoredEvent[] => {
    const isKept = 'take' in measure && measure.each?.keep === 'max'
    return isKept ? stored.map((event) => ({ ...event, time: beganAt(event.page, event.time) })) : stored
  }

  it('covers engaged time, scroll depth and web vitals', () => expect(readViews.length).toBeGreaterThan(10))

  it.each(readViews)('$name has the same numbers', async ({ panel, asked }) => {
    for (const { query: text, asks } of asked) {
      const frames = await query(text, month(panel))
      fits[panel.type](frames)
      isRight({ asks: asks!, viewer: month(panel), stored: counted(asks!.metric) }, frames, slicesOf(panel))
    }
  })
})

it('variables offer what is there', async () => {
  const [overview] = dashboards.map(dashboardModel)
  const offered: Record<string, unknown> = {}
  for (const { name, type, query: text } of overview!.templating.list) {
    if (type === 'query') offered[name] = new Set((await query(text, viewerOf({}))).flatMap((frame) => fieldOf(frame, '_value')!.values))
  }
  const views = stored.filter(({ type }) => type === 'pageview')
  expect(offered).toEqual({
    site: new Set(['shop.example']),
    url: new Set(views.map(({ route }) => route)),
    device: new Set(views.map(({ device }) => device)),
    country: new Set(views.map(({ country }) => country)),
  })
})

describe('annotations', () => {
  const { annotations } = dashboardModel(dashboards[0]!)
  const texts = async (name: string): Promise<unknown[]> => {
    const { target } = annotations.list.find((annotation) => annotation.name === name)!
    const frames = await query(target.query, { ...viewerOf({}), to: Date.now() + 1000 })
    expect(frames.every((frame) => frame.isSeries)).toBe(true)
    return frames.flatMap(({ fields }) => fields[1]!.values)
  }

  it('tell when the collector started, and what a deployment writes as the guide says', async () => {
    const guide = await readFile(new URL('../../docs/dashboards.md', import.meta.url), 'utf8')
    const line = /--data-raw '(.+)'/.exec(guide)![1]!
    const { status } = await fetch(`${servers.influxUrl}/api/v2/write?org=${servers.influxOrganisation}&bucket=${healthBucket(bucket)}`, {
      method: 'POST',
      headers: { authorization: `Token ${servers.influxToken}` },
      body: line,
    })
    expect(status).toBe(204)
    expect(await texts('Deployments')).toEqual([expect.stringMatching(/^The collector \S+ started$/), 'Release 1.4.2'])
  })

  it('tell of an anomaly that the collector noticed', async () => {
    expect(await texts('Anomalies')).toEqual([])
    const wrong = Array.from({ length: 40 }, () => clickEvent({ data: {} }))
    expect((await collector.post(batchOf(wrong))).body.rejected).toHaveLength(wrong.length)
    await eventually(
      () => texts('Anomalies'),
      (found) => expect(found).toEqual([`${wrong.length} events were rejected within 10 s`]),
    )
  })
})

describe('alert rules', () => {
  const numbers = alerts.flatMap(({ title, numbers: all }) => Object.entries(all).map(([letter, number]) => ({ title, letter, ...number })))

  it.each(numbers)('$title: $letter is one number, also when nothing has happened', async ({ query: text, from, to = 0 }) => {
    const now = Date.now()
    for (const moment of [now, now - 30 * 86_400_000]) {
      const frames = await query(text, { from: moment - from * 1000, to: moment - to * 1000, intervalMs: MINUTE, bucket, variables: {} })
      // One for each site, where the rule tells sites apart.
      if (moment !== now) expect(frames).toHaveLength(1)
      expect(new Set(frames.map(({ fields }) => JSON.stringify(fields[1]!.labels))).size).toBe(frames.length)
      for (const { isSeries, fields } of frames) {
        expect(isSeries).toBe(true)
        expect(numbersOf(fields[1])).toHaveLength(1)
        if (moment !== now) expect(numbersOf(fields[1])).toEqual([0])
      }
    }
  })

  const numbersOfRule = (uid: string) => alerts.find((alert) => alert.uid === uid)!.numbers
  async function bySite({ query: text, from }: AlertSpec['numbers'][string], to: number): Promise<Record<string, number[]>> {
    const frames = await query(text, { from: to - from * 1000, to, intervalMs: MINUTE, bucket, variables: {} })
    return Object.fromEntries(frames.map(({ fields }) => [fields[1]!.labels.site ?? '', numbersOf(fields[1])]))
  }

  it('see how many page views each site had, and which one has become silent', async () => {
    const { A: latest, B: hour, C: long } = numbersOfRule('webwatch-traffic-gone')
    const views = stored.filter(({ type }) => type === 'pageview')
    const all = { '': [0], 'shop.example': [views.length] }
    const none = { '': [0], 'shop.example': [0] }
    // Often, since an empty text among others made one answer in twenty a wrong one.
    for (const before of Array.from({ length: 30 }, () => [hour, long]).flat())
      expect(await bySite(before!, range.to + 15 * MINUTE)).toEqual(all)
    const later = range.from + 17 * MINUTE
    const since = later - 15 * MINUTE
    const count = views.filter(({ time }) => time >= since).length
    expect(count).toBeLessThan(views.length)
    expect(await bySite(latest!, later)).toEqual({ '': [0], 'shop.example': [count] })
    // When the hour before has become silent too, all numbers still know the site.
    const hours = range.to + 120 * MINUTE
    expect([await bySite(latest!, hours), await bySite(hour!, hours), await bySite(long!, hours)]).toEqual([none, none, all])
  })

  it('see what each site lost, and of how many', async () => {
    const right = evaluate(theMetric('loss_ledger'), { ...range, zone: 'UTC', filters: {}, by: ['site'] }, stored)
    for (const [letter, stage] of [
      ['A', 'missing'],
      ['B', 'captured'],
    ] as const) {
      const { value } = right.find((row) => row.stage === stage)!
      expect(value).toBeGreaterThan(0)
      expect(await bySite(numbersOfRule('webwatch-loss')[letter]!, Date.now())).toEqual({ '': [0], 'shop.example': [value] })
    }
  })

  it('see what a web vital was on each site before the last hour, and 0 on one that is new in it', async () => {
    const { A: now, D: before } = numbersOfRule('webwatch-vitals')
    const found = await bySite(now!, range.to)
    expect(found).toEqual({ '': [0], 'shop.example': [expect.any(Number)] })
    expect(found['shop.example']![0]).toBeGreaterThan(0)
    expect(await bySite(before!, range.to)).toEqual({ '': [0], 'shop.example': [0] })
    expect(await bySite(before!, range.to + 60 * MINUTE)).toEqual(found)
  })
})
