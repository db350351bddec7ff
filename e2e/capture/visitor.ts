import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { TrackedEvent } from '@webwatch/events'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { type Browser, launchChromium, launchFirefox, type Page } from '../browsers/index.ts'
import { type Receiver, startReceiver } from '../receiver.ts'
import { buildTracker } from '../tracker-build.ts'
import { until } from '../until.ts'
import { openTracked } from './tracked.ts'

/** What is around the body of a page. */
export interface Surroundings {
  /** Comes before the script tag. */
  head?: string
  /** Attributes of the script tag. */
  attributes?: string
  doctype?: string
  headers?: Record<string, string>
}

/** How the tracker gets into a page. Deleted before it starts, the Navigation API is what older browsers do not have. */
export type Way = 'script tag' | 'script tag without the Navigation API' | 'extension'

/** One visit to one page that is tracked, and what the tracker says of it. */
export interface Visit {
  readonly page: Page
  readonly url: string
  /** The events of a type so far, in the order in which they happened. */
  events(type: string): TrackedEvent[]
  /** Waits for so many events of a type and a little longer, and holds their data against what must be in it, in order. */
  expect(type: string, data: readonly object[]): Promise<void>
  /** An address on the same server that serves this body, tracked in the same way. */
  path(body: string, surroundings?: Surroundings): string
}

/** Time in ms that a test gives events that must not come. */
const SETTLE = 400

/** One build for all tests of a file. */
let build: ReturnType<typeof buildTracker> | undefined

/** A browser and the server of its pages, which takes what the tracker sends. */
async function start(name: 'chromium' | 'firefox', way: Way): Promise<{ browser: Browser; receiver: Receiver; tab: Page }> {
  if (way === 'extension') {
    const { browser, receiver, page } = await openTracked(name, 'begin', new Map([['/begin', { html: '', headers: {} }]]))
    return { browser, receiver, tab: page }
  }
  build ??= buildTracker()
  const receiver = await startReceiver((await build).script)
  const browser = await (name === 'chromium' ? launchChromium : launchFirefox)()
  return { browser, receiver, tab: await browser.newPage() }
}

const withoutNavigation = '<script>delete window.navigation</script>'

/** Runs the same tests in Chromium and in Firefox, each started once for each way in which the tracker gets into its pages. */
export function inBothBrowsers(
  tests: (visit: (body: string, surroundings?: Surroundings) => Promise<Visit>, browser: () => Browser, way: Way) => void,
  ways: readonly Way[] = ['script tag'],
): void {
  const starts = (['chromium', 'firefox'] as const).flatMap((name) => ways.map((way) => [name, way] as const))
  describe.each(starts)('%s, %s', (name, way) => {
    let browser: Browser
    let receiver: Receiver
    let tab: Page
    beforeAll(async () => {
      ;({ browser, receiver, tab } = await start(name, way))
    })
    afterAll(async () => {
      await browser?.close()
      receiver?.close()
    })
    const visit = async (body: string, surroundings: Surroundings = {}): Promise<Visit> => {
      // What an earlier page sends late counts for a site of its own. The extension knows one site here: there the time tells.
      const site = way === 'extension' ? '127.0.0.1' : `${randomUUID()}.test`
      if (way === 'extension') await tab.goto('about:blank')
      const begun = Date.now()
      const path = (
        body: string,
        { head = '', attributes = '', doctype = '<!doctype html>', headers = {} }: Surroundings = surroundings,
      ) => {
        const tag = `<script src="/tracker.js" data-flush-ms="50" data-site="${site}" ${attributes}></script>`
        const before = head + (way === 'extension' ? '' : way === 'script tag' ? tag : withoutNavigation + tag)
        const address = `page-${receiver.pages.size}`
        receiver.pages.set(`/${address}`, { html: `${doctype}${before}<body>${body}</body>`, headers })
        return receiver.url + address
      }
      // What is sent twice is one event, as it is for the collector.
      const events = (type: string) =>
        [...new Map(receiver.events.map((event) => [event.id, event])).values()]
          .filter((event) => event.site === site && event.type === type && event.time >= begun)
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
    tests(visit, () => browser, way)
  })
}
