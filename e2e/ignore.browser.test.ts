import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, launchChromium, launchFirefox } from './browsers/index.ts'
import { type CollectorProcess, collectorProcess } from './collector-process.ts'
import { freePort } from './free-port.ts'
import { until } from './until.ts'
import { IDLE_SECONDS, visitEverything } from './visit.ts'

/** Types that speak of the page as a whole, and of nothing that is in it. */
const OF_THE_PAGE = ['pageview', 'duration', 'idle_time', 'web_vital', 'js_error', 'custom']

let collector: CollectorProcess
beforeAll(async () => {
  collector = await collectorProcess(await freePort())
  await collector.start()
})
afterAll(() => collector?.dispose())

describe.each([
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
] as const)('in %s', (_, launch) => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser?.close())

  it.each([
    ['is ignored by its attribute', { webwatchIgnore: '' }, {}],
    ['a selector of the site masks', {}, { mask: '.nothing, html:not(.plain)' }],
  ] as const)('tells nothing of what is in an element that %s, whatever the type of event', async (_way, ofPage, ofTag) => {
    // What an earlier visit sends late counts for a site of its own.
    const site = `${randomUUID()}.test`
    const page = await browser.newPage()
    await page.goto(`${collector.url}/demo/everything.html`)
    await page.evaluate(
      ({ ofPage, ofTag, site, seconds }: { ofPage: object; ofTag: object; site: string; seconds: number }) => {
        Object.assign(document.documentElement.dataset, ofPage)
        const script = document.createElement('script')
        Object.assign(script.dataset, { site, idleSeconds: String(seconds), flushMs: '300', ...ofTag })
        script.src = '/tracker.js'
        document.head.append(script)
        return new Promise<void>((resolve, reject) => {
          script.onload = () => resolve()
          script.onerror = () => reject(new Error('The collector has no tracker.js: npm run build:tracker makes it.'))
        })
      },
      { ofPage, ofTag, site, seconds: IDLE_SECONDS },
    )
    // The visit that makes an event of every type where nothing is ignored: see main-job.browser.test.ts.
    await visitEverything(page)
    // By the page itself: a download keeps Firefox from saying that a navigation from outside has come to its end.
    await page.evaluate(() => location.assign('article.html'))
    await page.waitFor('article')
    const events = await until('what the page tells of itself arrives', async () => {
      const all = (await collector.events()).filter((event) => event.site === site)
      return ['pageview', 'duration', 'idle_time'].every((type) => all.some((event) => event.type === type)) && all
    })
    expect(events.filter(({ type }) => !OF_THE_PAGE.includes(type))).toEqual([])
    await page.close()
  })
})
