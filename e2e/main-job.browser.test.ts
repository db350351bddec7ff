import { setTimeout as delay } from 'node:timers/promises'
import { eventTypes, type TrackedEvent } from '@webwatch/events'
import type { WebWatch } from '@webwatch/tracker/script/webwatch.ts'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { launchChromium, launchFirefox } from './browsers/index.ts'
import { type CollectorProcess, collectorProcess } from './collector-process.ts'
import { buildExtension } from './extension-build.ts'
import { freePort } from './free-port.ts'
import { type Pipeline, pipelineOn } from './pipeline.ts'
import { openPopup, type Popup } from './popup.ts'
import { until } from './until.ts'
import { IDLE_SECONDS, shortenIdle, visitEverything } from './visit.ts'

const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end()
})

/** Switches the demo shop on by the popup's own switch, and does one thing for every event type there. */
async function visitWithExtension(launch: typeof launchChromium | typeof launchFirefox, collector: CollectorProcess): Promise<Popup> {
  const extension = await buildExtension(launch === launchChromium ? 'chromium' : 'firefox', collector.url)
  const browser = await launch({ extension })
  cleanUp.push(browser.close)
  const demo = `${collector.url}/demo/everything.html`
  const page = await browser.newPage()
  await page.goto(demo)
  const popup = await openPopup(browser, demo)
  await popup.switchSite(true)
  await shortenIdle(browser)
  await page.bringToFront()
  await page.goto(demo)
  await delay(500)
  await visitEverything(page)
  await page.evaluate(() => location.assign('article.html'))
  await delay(500)
  await popup.page.bringToFront()
  return popup
}

/** What the extension captures: a page's own events come by the script tag alone. */
const captured = eventTypes.filter(({ type }) => type !== 'custom')

/** The ids of the events of a type that the popup shows as accepted. */
function acceptedRows(popup: Popup, type: string): Promise<string[]> {
  return until(`the popup shows an accepted ${type}, and none that waits`, async () => {
    const rows = await popup.rows(type)
    return rows.length > 0 && rows.every(({ state }) => state === 'accepted') && rows.map(({ id }) => id)
  })
}

async function start(env: Record<string, string> = {}): Promise<CollectorProcess> {
  const collector = await collectorProcess(await freePort(), env)
  cleanUp.push(collector.dispose)
  await collector.start()
  return collector
}

/** An event lies in the topic of its type and in its measurement, as docs/events.md has it. */
async function expectStored(pipeline: Pipeline, definition: (typeof eventTypes)[number], id: string): Promise<void> {
  const record = await until(`topic ${pipeline.topicOf(definition.type)} has ${id}`, async () =>
    (await pipeline.records(definition.type)).find(({ value }) => value.id === id),
  )
  const event = record.value as unknown as TrackedEvent & { route: string; source: string }
  expect(record.key).toBe(event.session)
  expect(record.headers).toHaveProperty('content-type')
  expect(record.headers).toHaveProperty('schema')
  expect(event).toMatchObject({ type: definition.type, source: 'extension' })
  const query = `from(bucket: "${pipeline.bucket}") |> range(start: -1h, stop: 1h)
    |> filter(fn: (r) => r._measurement == "${definition.measurement}" and r.data_type == "raw")
    |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value") |> group()
    |> filter(fn: (r) => r.id == "${id}")`
  const point = await until(`measurement ${definition.measurement} has ${id}`, async () => {
    const rows = await pipeline.flux(query)
    expect(rows.length).toBeLessThanOrEqual(1)
    return rows[0]
  })
  expect(point).toMatchObject({
    site: '127.0.0.1',
    url: event.route,
    source: 'extension',
    count: 1,
    seq: event.seq,
    session: event.session,
  })
  expect(point).toMatchObject({ visitor: event.visitor, page: event.page })
  for (const tag of ['device', 'browser', 'country']) expect(point[tag]).toBeTruthy()
  for (const [name, value] of Object.entries(event.data)) expect(point[name], name).toEqual(value === '' ? (point[name] ?? '') : value)
  expect(Math.abs(Date.parse(point._time as string) - event.time)).toBeLessThan(1.001)
}

describe.each([
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
] as const)('%s with the extension', (_, launch) => {
  it('takes each event type through Kafka into InfluxDB, and says so in the popup', async () => {
    const pipeline = await pipelineOn(inject('stack'))
    cleanUp.push(pipeline.dispose)
    const popup = await visitWithExtension(launch, await start(pipeline.env))
    for (const definition of captured) {
      for (const id of (await acceptedRows(popup, definition.type)).slice(0, 3)) await expectStored(pipeline, definition, id)
    }
  })
})

it('takes each event type into the embedded store in Chromium', async () => {
  const collector = await start()
  const popup = await visitWithExtension(launchChromium, collector)
  for (const { type } of captured) {
    const accepted = await acceptedRows(popup, type)
    const stored = await until(`the store has each ${type}`, async () => {
      const ids = (await collector.events(type)).map(({ id }) => id)
      return accepted.every((id) => ids.includes(id)) && ids
    })
    expect(new Set(stored).size).toBe(stored.length)
  }
})

it('takes each event type into the embedded store by the script tag, without the extension', async () => {
  const collector = await start()
  const browser = await launchChromium()
  cleanUp.push(browser.close)
  const page = await browser.newPage()
  await page.goto(`${collector.url}/demo/everything.html`)
  await page.evaluate((seconds: number) => {
    const script = document.createElement('script')
    Object.assign(script.dataset, { site: 'shop.example', idleSeconds: String(seconds), flushMs: '300' })
    script.src = '/tracker.js'
    document.head.append(script)
    return new Promise((resolve) => {
      script.onload = resolve
    })
  }, IDLE_SECONDS)
  await visitEverything(page)
  await page.evaluate(() => (window as { webwatch?: WebWatch }).webwatch!.track('tea_time', { cups: 2, sugar: false }))
  await page.evaluate(() => location.assign('article.html'))
  for (const { type } of eventTypes) {
    const events = await until(`the store has a ${type}`, async () => {
      const events = await collector.events(type)
      return events.length > 0 && events
    })
    expect(events[0]).toMatchObject({ type, site: 'shop.example' })
  }
})
