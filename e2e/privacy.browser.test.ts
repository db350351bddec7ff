import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventTypes } from '@webwatch/events'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Browser, launchChromium, launchFirefox } from './browsers/index.ts'
import { type CollectorProcess, collectorProcess } from './collector-process.ts'
import { buildExtension } from './extension-build.ts'
import { freePort } from './free-port.ts'
import { type Pipeline, pipelineOn } from './pipeline.ts'
import { openPopup } from './popup.ts'
import { canariesIn } from './privacy/canaries.ts'
import { servePages } from './privacy/pages.ts'
import { record } from './privacy/recorder.ts'
import { visitWithSecrets } from './privacy/visit.ts'
import { buildTracker } from './tracker-build.ts'
import { until } from './until.ts'
import { IDLE_SECONDS, shortenIdle } from './visit.ts'

/** One build for both browsers. */
const build = buildTracker()

const cleanUp: (() => unknown)[] = []

/** Every record in every topic of a pipeline, read by a consumer of its own to the end of each topic, once an event of it is there. */
async function recordsOf({ env }: Pipeline, brokers: string, isLast: (text: string) => boolean): Promise<string> {
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: `privacy-${Date.now()}` })
  const admin = kafka.admin()
  cleanUp.push(() => Promise.all([consumer.disconnect(), admin.disconnect()]))
  const topics = Object.entries(env)
    .filter(([name]) => name.startsWith('KAFKA_TOPIC_'))
    .map(([, topic]) => topic)
  const read: string[] = []
  await consumer.connect()
  await consumer.subscribe({ topics, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => {
      const headers = Object.entries(message.headers ?? {}).map(([name, value]) => `${name}: ${value}`)
      read.push([String(message.key), ...headers, String(message.value)].join('\n'))
    },
  })
  await until('the last event is in Kafka', async () => read.some(isLast))
  await admin.connect()
  const ends = (await Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic)))).flat()
  const total = ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0)
  await until('all topics are read to their ends', async () => read.length >= total)
  return read.join('\n')
}

/** All that the extension keeps on disk. */
async function keptByExtension(browser: Browser): Promise<string> {
  const page = await browser.newPage()
  await page.goto(browser.extensionUrl('extension/options/index.html'))
  await page.waitFor('[data-testid="tracked-site"]')
  return page.evaluate(async () => {
    const { storage } = (globalThis as { browser?: typeof chrome }).browser ?? chrome
    const kept: unknown[] = [await storage.local.get(null), await storage.session.get(null)]
    for (const { name } of await indexedDB.databases()) {
      const open = indexedDB.open(name!)
      await new Promise((resolve) => {
        open.onsuccess = resolve
      })
      for (const store of open.result.objectStoreNames) {
        const all = open.result.transaction(store).objectStore(store).getAll()
        await new Promise((resolve) => {
          all.onsuccess = resolve
        })
        kept.push(all.result)
      }
    }
    return JSON.stringify(kept)
  })
}

async function filesIn(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1'))
  return (await Promise.all(files)).join('\n')
}

async function start(env: Record<string, string>): Promise<CollectorProcess> {
  const collector = await collectorProcess(await freePort(), { ...env, LOG_LEVEL: 'debug' })
  cleanUp.push(collector.dispose)
  await collector.start()
  return collector
}

const isLast = (text: string) => text.includes('"#done"')

/** What was typed or chosen in a field of the page. */
const inFields =
  'text password email telephone card code search textarea draft editable select hidden file shadow frame srcdoc ignored'.split(' ')

describe.each([
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
] as const)('in %s, what a visitor types, and what looks like a secret', (name, launch) => {
  /** Everything that an event of the visit went through, as text. */
  const places: Record<string, string> = {}
  let filled = ''
  let told: { type: string }[] = []
  const foreign: string[] = []

  beforeAll(async () => {
    const stack = inject('stack')
    const pipeline = await pipelineOn(stack)
    cleanUp.push(pipeline.dispose)
    // The extension's events go through Kafka into InfluxDB, the script tag's into the embedded store.
    const [streaming, embedded, { script }] = await Promise.all([start(pipeline.env), start({}), build])
    const [before, beside] = [await record(() => streaming.url), await record(() => embedded.url)]
    cleanUp.push(before.close, beside.close)
    const attributes = `data-site="tag.test" data-flush-ms="300" data-idle-seconds="${IDLE_SECONDS}" data-collector="${beside.url}"`
    const pages = await servePages(`<script ${attributes}>${script}</script>`)
    cleanUp.push(pages.close)
    const browser = await launch({ extension: await buildExtension(name === 'Chromium' ? 'chromium' : 'firefox', before.url) })
    cleanUp.push(browser.close)
    const page = await browser.newPage()
    // The shop's own requests are its own, and the recorders see what goes to the collectors.
    page.onRequest((url) => {
      const { origin } = new URL(url)
      if (/^https?:/.test(origin) && ![pages.origin, before.url, beside.url].includes(origin)) foreign.push(url)
    })
    await page.goto(`${pages.origin}/start`)
    const popup = await openPopup(browser, pages.origin)
    await popup.switchSite(true)
    await shortenIdle(browser)
    await page.bringToFront()
    filled = await visitWithSecrets(page, pages.origin)

    await until('the last event of the script tag is stored', async () =>
      (await embedded.events('click')).some(({ data }) => data.target === '#done'),
    )
    places.Kafka = await recordsOf(pipeline, stack.kafkaBrokers, isLast)
    const query = `from(bucket: "${pipeline.bucket}") |> range(start: -1d, stop: 1d)`
    places.InfluxDB = await until('the last event is in InfluxDB', async () => {
      const text = JSON.stringify(await pipeline.flux(query))
      return isLast(text) && text
    })
    places['requests of the extension'] = before.requests.join('\n')
    places['requests of the script tag'] = beside.requests.join('\n')
    places['queue of the extension'] = await keptByExtension(browser)
    places['storage of the page'] = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]))
    told = await embedded.events()
    places['the embedded store'] = JSON.stringify(told)
    await embedded.stop()
    places['files of the collector'] = (await filesIn(embedded.dataDir)) + (await filesIn(streaming.dataDir))
    places['log of the collector'] = streaming.log() + embedded.log()
  }, 300_000)

  afterAll(async () => {
    for (const end of cleanUp.splice(0).reverse()) await end()
  })

  it.each(['Kafka', 'InfluxDB', 'requests of the extension', 'requests of the script tag', 'queue of the extension', 'the embedded store'])(
    'is not in: %s, where a planted leak is found',
    (place) => {
      expect(canariesIn(places[place]!)).toEqual(['planted'])
    },
  )

  it.each(['storage of the page', 'files of the collector', 'log of the collector'])('is not in: %s', (place) => {
    expect(canariesIn(places[place]!).filter((name) => name !== 'planted')).toEqual([])
  })

  it('goes to nobody else, since nothing does', () => {
    expect(foreign).toEqual([])
  })

  it('was in the fields', () => {
    expect(canariesIn(filled)).toEqual(expect.arrayContaining(inFields))
  })

  it('was looked for where there is something: every type of event, and the log at its most talkative', () => {
    const types = eventTypes.map(({ type }) => type)
    expect(new Set(told.map(({ type }) => type))).toEqual(new Set(types))
    // A page's own events come by the script tag alone.
    for (const type of types) expect(places.Kafka!.includes(`"type":"${type}"`), type).toBe(type !== 'custom')
    expect(places['log of the collector']).toContain('listening')
    expect(places.Kafka).toContain('/account/:email/:token/:number/view?utm_source=news')
    expect(places['storage of the page']).toContain('webwatch.identity')
  })
})
