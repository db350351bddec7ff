import { afterEach, expect, it } from 'vitest'
import { launchChromium, launchFirefox } from './browsers/index.ts'
import { collectorProcess } from './collector-process.ts'
import { freePort } from './free-port.ts'
import { until } from './until.ts'
import { IDLE_SECONDS, visitEverything } from './visit.ts'

const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end()
})

/** Types that speak of the page as a whole, and of nothing that is in it. */
const OF_THE_PAGE = ['pageview', 'duration', 'idle_time', 'web_vital', 'js_error', 'custom']

const browsers = { Chromium: launchChromium, Firefox: launchFirefox }
const ways = [
  ['is ignored by its attribute', { webwatchIgnore: '' }, {}],
  ['a selector of the site masks', {}, { mask: '.nothing, html:not(.plain)' }],
] as const
const cases = Object.entries(browsers).flatMap(([name, launch]) => ways.map((way) => [name, launch, ...way] as const))

it.each(cases)(
  'in %s tells nothing of what is in an element that $2, whatever the type of event',
  async (_name, launch, _way, ofPage, ofTag) => {
    const collector = await collectorProcess(await freePort())
    cleanUp.push(collector.dispose)
    await collector.start()
    const browser = await launch()
    cleanUp.push(browser.close)
    const page = await browser.newPage()
    await page.goto(`${collector.url}/demo/everything.html`)
    await page.evaluate(
      ({ ofPage, ofTag, seconds }: { ofPage: object; ofTag: object; seconds: number }) => {
        Object.assign(document.documentElement.dataset, ofPage)
        const script = document.createElement('script')
        Object.assign(script.dataset, { site: 'ignored.test', idleSeconds: String(seconds), flushMs: '300', ...ofTag })
        script.src = '/tracker.js'
        document.head.append(script)
        return new Promise<void>((resolve, reject) => {
          script.onload = () => resolve()
          script.onerror = () => reject(new Error('The collector has no tracker.js: npm run build:tracker makes it.'))
        })
      },
      { ofPage, ofTag, seconds: IDLE_SECONDS },
    )
    // The visit that makes an event of every type where nothing is ignored: see main-job.browser.test.ts.
    await visitEverything(page)
    // By the page itself: a download keeps Firefox from saying that a navigation from outside has come to its end.
    await page.evaluate(() => location.assign('article.html'))
    const events = await until('what the page tells of itself arrives', async () => {
      const all = await collector.events()
      return ['pageview', 'duration', 'idle_time'].every((type) => all.some((event) => event.type === type)) && all
    })
    expect(events.filter(({ type }) => !OF_THE_PAGE.includes(type))).toEqual([])
  },
)
