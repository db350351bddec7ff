import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { TrackedEvent } from '@webwatch/events'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { type Browser, launchChromium, launchFirefox, type Page } from '../browsers/index.ts'
import { type Receiver, startReceiver } from '../receiver.ts'
import { buildTracker } from '../tracker-build.ts'
import { until } from '../until.ts'

/** What is around the body of a page. */
export interface Surroundings {
  /** Comes before the script tag. */
  head?: string
  /** Attributes of the script tag. */
  attributes?: string
  doctype?: string
  headers?: Record<string, string>
}

/** One visit to one page with the script tag, and what the tracker says of it. */
export interface Visit {
  readonly page: Page
  readonly url: string
  /** The events of a type so far, in the order in which they happened. */
  events(type: string): TrackedEvent[]
  /** Waits for so many events of a type and a little longer, and holds their data against what must be in it, in order. */
  expect(type: string, data: readonly object[]): Promise<void>
  /** An address on the same server that serves this body with the same script tag. */
  path(body: string, surroundings?: Surroundings): string
}

/** Time in ms that a test gives events that must not come. */
const SETTLE = 400

/** One build for all tests of a file. */
const build = buildTracker()

/** Runs the same tests in Chromium and in Firefox, each started once. */
export function inBothBrowsers(
  tests: (visit: (body: string, surroundings?: Surroundings) => Promise<Visit>, browser: () => Browser) => void,
): void {
  describe.each([
    ['Chromium', launchChromium],
    ['Firefox', launchFirefox],
  ] as const)('%s', (_, launch) => {
    let browser: Browser
    let receiver: Receiver
    let tab: Page
    beforeAll(async () => {
      receiver = await startReceiver((await build).script)
      browser = await launch()
      tab = await browser.newPage()
    })
    afterAll(async () => {
      await browser?.close()
      receiver?.close()
    })
    const visit = async (body: string, surroundings: Surroundings = {}): Promise<Visit> => {
      // What an earlier page sends late counts for a site of its own.
      const site = `${randomUUID()}.test`
      const path = (
        body: string,
        { head = '', attributes = '', doctype = '<!doctype html>', headers = {} }: Surroundings = surroundings,
      ) => {
        const tag = `<script src="/tracker.js" data-flush-ms="50" data-site="${site}" ${attributes}></script>`
        const address = `page-${receiver.pages.size}`
        receiver.pages.set(`/${address}`, { html: `${doctype}${head}${tag}<body>${body}</body>`, headers })
        return receiver.url + address
      }
      // What is sent twice is one event, as it is for the collector.
      const events = (type: string) =>
        [...new Map(receiver.events.map((event) => [event.id, event])).values()]
          .filter((event) => event.site === site && event.type === type)
          .sort((a, b) => a.time - b.time || a.seq - b.seq)
      const url = path(body)
      await tab.goto(url)
      return {
        page: tab,
        url,
        events,
        path,
        async expect(type, data) {
          await until(`${data.length} of ${type} arrive`, async () => events(type).length >= data.length, 8_000).catch((error) => {
            expect(
              events(type).map((event) => event.data),
              String(error),
            ).toEqual(data)
          })
          await delay(SETTLE)
          expect(events(type).map((event) => event.data)).toEqual(data.map((one) => expect.objectContaining(one)))
        },
      }
    }
    tests(visit, () => browser)
  })
}
