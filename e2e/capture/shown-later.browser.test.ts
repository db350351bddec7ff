import { setTimeout as delay } from 'node:timers/promises'
import type { TrackedEvent } from '@webwatch/events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchFirefox, launchTabbedChromium, type Page, type TabbedBrowser } from '../browsers/index.ts'
import { type Receiver, startReceiver } from '../receiver.ts'
import { buildTracker } from '../tracker-build.ts'
import { until } from '../until.ts'
import { openTracked } from './tracked.ts'

/** What has the title say how the document came about. */
const TOLD_HOW = '<script>document.title = document.prerendering ? "Prepared" : "Loaded"</script><button id="b">Press</button>'

/** The pages, by path, with what comes before their bodies. */
const pages = (tag: (path: string) => string): Receiver['pages'] =>
  new Map(
    (
      [
        ['/begin', ''],
        [
          '/first',
          '<a id="next" href="/second">Next</a><a id="behind" href="/behind">Behind</a><button id="masked">Press</button><button id="shown">Press</button>',
        ],
        ['/second', '<button id="b">Press</button>'],
        ['/behind', '<button id="b">Press</button>'],
        ['/slow', '<button id="b">Press</button>'],
        [
          '/field',
          '<input id="field"><button id="b">Press</button><script>heard = []; for (const type of ["focusout", "focusin"]) addEventListener(type, () => heard.push(type))</script>',
        ],
        [
          '/start',
          '<a id="next" href="/prepared">Next</a><script type="speculationrules">{"prerender":[{"urls":["/prepared"],"eagerness":"immediate"}]}</script>',
        ],
        [
          '/aside',
          '<a id="next" href="/apart" target="_blank" rel="noopener">Next</a><script type="speculationrules">{"prerender":[{"urls":["/apart"],"eagerness":"immediate","target_hint":"_blank"}]}</script>',
        ],
        ['/prepared', TOLD_HOW],
        ['/apart', TOLD_HOW],
      ] as const
    ).map(([path, body]) => [path, { html: `<!doctype html><title>${path}</title>${tag(path)}<body>${body}`, headers: {} }]),
  )

const build = buildTracker()

/** A browser and the server of its pages, which are tracked. */
async function start(
  name: 'chromium' | 'firefox',
  way: 'script tag' | 'extension',
): Promise<{ browser: TabbedBrowser; receiver: Receiver }> {
  const launch = name === 'chromium' ? launchTabbedChromium : launchFirefox
  if (way === 'extension')
    return openTracked(
      name,
      'begin',
      pages(() => ''),
      { launch },
    )
  const receiver = await startReceiver((await build).script)
  const tagged = pages((path) => `<script src="/tracker.js" data-flush-ms="${path === '/slow' ? 5_000 : 50}"></script>`)
  for (const [path, page] of tagged) receiver.pages.set(path, page)
  return { browser: await launch(), receiver }
}

// Playwright turns the back-forward cache off and knows no prerendered pages.
describe.each([
  ['chromium', 'script tag'],
  ['chromium', 'extension'],
  ['firefox', 'script tag'],
  ['firefox', 'extension'],
] as const)('%s, %s', (name, way) => {
  let receiver: Receiver
  let browser: TabbedBrowser
  let page: Page
  beforeAll(async () => {
    ;({ browser, receiver } = await start(name, way))
    page = await browser.newPage()
  })
  afterAll(async () => {
    await browser?.close()
    receiver?.close()
  })

  /** The page views of a path, in the order in which they happened. */
  const viewsOf = (path: string): TrackedEvent[] =>
    receiver.events.filter(({ type, url }) => type === 'pageview' && new URL(url).pathname === path).sort((a, b) => a.time - b.time)

  it('counts a page that comes back from the back-forward cache', async () => {
    await page.goto(`${receiver.url}first`)
    await until('the page view arrives', async () => viewsOf('/first').length === 1)
    // A page with a request under way is not kept.
    await delay(400)
    await page.click('#next')
    await until('the next page view arrives', async () => viewsOf('/second').length === 1)
    // A page view may arrive before this end knows that there is another document.
    await until('the next page is there', () => page.evaluate(() => location.pathname === '/second').catch(() => false))
    await page.evaluate(() => void setTimeout(() => history.back()))
    const [first, again] = await until('the page is counted again', async () => viewsOf('/first').length === 2 && viewsOf('/first'))
    expect([first!.data.kind, again!.data.kind]).toEqual(['load', 'restore'])
    expect(again!.page).not.toBe(first!.page)
  })

  it('counts a page in a background tab when it is shown', async () => {
    const tab = await browser.newBackgroundPage()
    await tab.goto(`${receiver.url}behind`)
    await delay(500)
    expect(await tab.evaluate(() => document.visibilityState)).toBe('hidden')
    expect(viewsOf('/behind')).toEqual([])
    await tab.bringToFront()
    await until('it is counted', async () => viewsOf('/behind').length === 1)
    await tab.close()
  })

  it('sends what it holds when the visitor only turns to another tab', async () => {
    const tab = await browser.newPage()
    await tab.goto(`${receiver.url}slow`)
    await tab.click('#b')
    const before = receiver.events.length
    const other = await browser.newPage()
    const clicks = () => receiver.events.slice(before).filter(({ type, url }) => type === 'click' && url.endsWith('/slow'))
    // Sooner than the five seconds after which it would go out in any case.
    await until('the click arrives', async () => clicks().length > 0, 4_000)
    expect(await tab.evaluate(() => document.visibilityState)).toBe('hidden')
    await other.close()
    await tab.close()
  })

  it('takes a field for neither left nor entered when the visitor is in another tab for a while', async () => {
    const tab = await browser.newPage()
    await tab.goto(`${receiver.url}field`)
    await tab.click('#field')
    const told = () => receiver.events.filter(({ type, url }) => /^field_/.test(type) && url.endsWith('/field')).map(({ type }) => type)
    await until('the focus arrives', async () => told().length > 0)
    const other = await browser.newPage()
    await until('the tab is hidden', () => tab.evaluate(() => document.visibilityState === 'hidden'))
    await tab.bringToFront()
    await until('it is shown', () => tab.evaluate(() => document.visibilityState === 'visible' && document.hasFocus()))
    await delay(400)
    // The browser itself says that the focus went and came.
    expect(await tab.evaluate(() => (globalThis as unknown as { heard: string[] }).heard)).toEqual(['focusin', 'focusout', 'focusin'])
    expect(told()).toEqual(['field_focus'])
    await tab.click('#b')
    await until('the end arrives', async () => told().length > 1)
    expect(told()).toEqual(['field_focus', 'field_blur'])
    await other.close()
    await tab.close()
  })

  // Firefox prerenders nothing.
  if (name === 'chromium') {
    /** Lets a page prerender the other one, which must not be counted, and goes there. Gives what is told of its view. */
    const showPrerendered = async (from: string, address: string) => {
      await page.bringToFront()
      await page.goto(`${receiver.url}${from}`)
      await until('the page is prerendered', async () => receiver.requests.includes(`GET ${address}`))
      await delay(500)
      expect(viewsOf(address)).toEqual([])
      await page.click('#next')
      await until('it is counted', async () => viewsOf(address).length > 0)
      await delay(300)
      return viewsOf(address).map(({ data }) => data)
    }

    it('counts a page that was prerendered for a tab of its own', async () => {
      expect((await showPrerendered('aside', '/apart')).map(({ title }) => title)).toEqual(['Prepared'])
    })

    it('counts a prerendered page once, when it is shown', async () => {
      expect(await showPrerendered('start', '/prepared')).toEqual([{ kind: 'load', title: 'Prepared', referrer: `${receiver.url}start` }])
      expect(receiver.requests.filter((request) => request === 'GET /prepared')).toHaveLength(1)
    })
  }
  // The last one: all that comes after it would obey the settings too.
  if (way === 'extension')
    it('holds a page that comes back to what was settled while it was away', async () => {
      const tab = await browser.newPage()
      await tab.goto(`${receiver.url}first`)
      await tab.click('#masked')
      const clicks = (from: number) =>
        receiver.events.filter(({ type, time }) => type === 'click' && time > from).map(({ data }) => data.target)
      await until('the click arrives', async () => clicks(0).includes('#masked'))
      await delay(400)
      await tab.click('#next')
      await until('the next page is there', () => tab.evaluate(() => location.pathname === '/second').catch(() => false))

      const options = await browser.newPage()
      await options.goto(browser.extensionUrl('extension/options/index.html'))
      await options.waitFor('[data-testid="site-settings"]')
      await options.click('[data-testid="site-settings"]')
      await options.type('[data-testid="mask-selectors"]', '#masked')
      await options.click('[data-testid="save-site"]')
      await options.waitFor('[data-testid="site-saved"]')
      await options.close()

      await tab.bringToFront()
      const back = Date.now()
      await tab.evaluate(() => void setTimeout(() => history.back()))
      await until('the page is counted again', async () =>
        viewsOf('/first').some(({ time, data }) => time > back && data.kind === 'restore'),
      )
      await tab.click('#masked')
      await tab.click('#shown')
      await until('a click arrives', async () => clicks(back).includes('#shown'))
      expect(clicks(back)).toEqual(['#shown'])
    })
})
