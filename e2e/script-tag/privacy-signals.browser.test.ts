import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, launchChromium, launchFirefox, type Page } from '../browsers/index.ts'
import { type Receiver, startReceiver } from '../receiver.ts'
import { buildTracker } from '../tracker-build.ts'
import { until } from '../until.ts'
import { tracesIn } from './traces.ts'

let receiver: Receiver
beforeAll(async () => {
  receiver = await startReceiver((await buildTracker()).script)
})
afterAll(() => receiver.close())

const button = '<button id="b">Press</button>'
const sent = () => receiver.requests.filter((request) => request.includes('/v1/'))

/** Visits the page, does something on it, and goes away. */
async function visit(page: Page, attributes: string): Promise<void> {
  receiver.serve(button, attributes)
  await page.goto(receiver.url)
  await page.click('#b')
  await delay(500)
}

describe.each([
  ['Chromium', launchChromium, ['dnt', 'gpc']],
  ['Firefox', launchFirefox, ['dnt', 'gpc']],
] as const)('%s', (_, launch, signals) => {
  describe.each(signals)('that asks by %s not to be tracked', (privacySignal) => {
    let browser: Browser
    let page: Page
    beforeAll(async () => {
      browser = await launch({ privacySignal })
      page = await browser.newPage()
    })
    afterAll(() => browser.close())

    it('makes no request and stores nothing', async () => {
      const before = sent().length
      await visit(page, '')
      expect(await tracesIn(page)).toEqual([])
      // The page's own calls do no harm.
      await page.evaluate(() => {
        window.webwatch!.track('a')
        window.webwatch!.consent(true)
        window.webwatch!.stop()
      })
      await page.goto('about:blank')
      await delay(500)
      expect(sent().length).toBe(before)
    })

    it('is tracked where the site says so, and forgotten when it no longer does', async () => {
      const before = receiver.events.length
      await visit(page, 'data-respect-privacy-signals="false"')
      await until('events arrive', async () => receiver.events.length > before)
      expect(await tracesIn(page)).toContain('webwatch.identity')
      await visit(page, '')
      expect(await tracesIn(page)).toEqual([])
    })
  })

  describe('on a page that wants consent', () => {
    let browser: Browser
    let page: Page
    beforeAll(async () => {
      browser = await launch()
    })
    afterAll(() => browser.close())
    const site = () => `consent-${receiver.requests.length}.test`
    const open = async (name: string) => {
      page = await browser.newPage()
      await visit(page, `data-consent="required" data-site="${name}"`)
    }
    afterEach(() => page.close())
    const eventsOf = (name: string) => receiver.events.filter((event) => event.site === name)

    it('holds everything back in memory, and lets it all go with the yes', async () => {
      const before = sent().length
      const name = site()
      await open(name)
      expect(sent().length).toBe(before)
      expect(await tracesIn(page)).toEqual([])
      await page.evaluate(() => window.webwatch!.consent(true))
      await until('what came before the answer arrives', async () =>
        ['pageview', 'click'].every((type) => eventsOf(name).some((event) => event.type === type)),
      )
      expect(eventsOf(name).map(({ seq }) => seq)).toContain(0)
      await page.evaluate(() => window.webwatch!.consent(false))
      expect(await tracesIn(page)).toEqual([])
    })

    it('forgets it all with the no, and what comes after it', async () => {
      const before = sent().length
      const name = site()
      await open(name)
      await page.evaluate(() => window.webwatch!.consent(false))
      await page.click('#b')
      await page.goto('about:blank')
      await delay(500)
      expect(sent().length).toBe(before)
      await page.goto(receiver.url)
      expect(await tracesIn(page)).toEqual([])
    })

    it.each(['', 'data-consent', 'data-consent="true"', 'data-consent="Required"'])(
      'takes nothing but true for a yes (%s)',
      async (attribute) => {
        const before = sent().length
        const name = site()
        page = await browser.newPage()
        await visit(page, `${attribute || 'data-consent="required"'} data-site="${name}"`)
        await page.evaluate(() => {
          for (const answer of ['true', 'false', 'denied', 1] as unknown as boolean[]) window.webwatch!.consent(answer)
        })
        await page.click('#b')
        await delay(500)
        expect(sent().length).toBe(before)
        expect(await tracesIn(page)).toEqual([])
      },
    )

    it('takes back a yes: nothing that waits is sent, nothing stays', async () => {
      const name = site()
      await open(name)
      receiver.answer(503)
      await page.evaluate(() => window.webwatch!.consent(true))
      await until('it tries to send', async () => receiver.batches.some(({ batch }) => batch.events.some((event) => event.site === name)))
      await until('events wait in storage', async () => (await tracesIn(page)).includes('webwatch.unsent'))
      await page.evaluate(() => window.webwatch!.consent(false))
      receiver.answer(202)
      await delay(1_500)
      expect(eventsOf(name)).toEqual([])
      expect(await tracesIn(page)).toEqual([])
    })
  })
})
