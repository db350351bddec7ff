import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { eventTypes } from '@webwatch/events'
import { examples } from '@webwatch/events/generated/examples.ts'
import { Check } from 'typebox/value'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, launchChromium, launchFirefox, type Page } from './browsers/index.ts'
import { perform } from './perform.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { buildTracker } from './tracker-build.ts'
import { until } from './until.ts'

/** What a visitor does within half a second takes the browser longer once in a while, on a machine that is busy. */
const retry = 3

let receiver: Receiver

beforeAll(async () => {
  receiver = await startReceiver((await buildTracker()).script)
})
afterAll(() => receiver.close())

describe.each([
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
] as const)('%s, by the script tag', (_, launch) => {
  let browser: Browser
  let page: Page | undefined
  beforeAll(async () => {
    browser = await launch()
  })
  afterEach(async () => {
    await page?.close()
    page = undefined
  })
  afterAll(() => browser.close())

  for (const definition of eventTypes) {
    it.each(examples[definition.type]!.map((example) => [example.title, example] as const))(
      `${definition.type}: %s`,
      { retry },
      async (_title, example) => {
        // What an earlier example's page sends late counts for a site of its own.
        const site = `${randomUUID()}.test`
        receiver.serve(example.html, `data-idle-seconds="1" data-site="${site}"`)
        page = await browser.newPage()
        await page.bringToFront()
        await page.goto(receiver.url)
        for (const step of example.action) await perform(page, step, receiver.url)
        const seen = () => receiver.events.filter((event) => event.type === definition.type && event.site === site)
        const arrive = () => until(`${example.expect.length} events arrive`, async () => seen().length >= example.expect.length, 5_000)
        await arrive().catch(async (late: Error) => {
          if (example.action.at(-1)?.do !== 'leave') throw late
          // A browser may drop what a page sends while it goes; then the next visit brings it.
          await page!.goto(receiver.url)
          await arrive()
        })
        await delay(300)
        const events = seen().sort((a, b) => a.time - b.time || a.seq - b.seq)
        expect(events.map(({ data }) => data)).toEqual(example.expect.map((data) => expect.objectContaining(data)))
        for (const { data } of events) expect(Check(definition.data, data), JSON.stringify(data)).toBe(true)
      },
    )
  }
})
