import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { TrackedEvent } from '@webwatch/events'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchTabbedChromium, type Page, type TabbedBrowser } from '../browsers/index.ts'
import { type Receiver, startReceiver } from '../receiver.ts'
import { buildTracker } from '../tracker-build.ts'
import { until } from '../until.ts'

type Vitals = Record<string, number>

const library = await readFile(fileURLToPath(import.meta.resolve('web-vitals').replace(/[^/]+$/, 'web-vitals.iife.js')), 'utf8')
/** Google's library, which keeps what it says of each kind of navigation, and a page that shifts and is slow when it is asked to. */
const measured = (tag: string) => `<!doctype html><script>${library}
  vitals = {}
  for (const name of ['CLS', 'FCP', 'INP', 'LCP', 'TTFB'])
    webVitals['on' + name](({ value, navigationType }) => { (vitals[navigationType] ??= {})[name] = value })
  shift = () => document.body.insertAdjacentHTML('afterbegin', '<div style="height: 150px"></div>')
  work = (ms) => { for (const end = performance.now() + ms; performance.now() < end; ); }
</script>${tag}<h1 style="font-size: 90px">Large</h1><button id="slow" onclick="work(250)">Slow</button>
<button id="quick">Quick</button><a id="next" href="/second">Next</a>`

let receiver: Receiver
let browser: TabbedBrowser
const tabs: Page[] = []
beforeAll(async () => {
  receiver = await startReceiver((await buildTracker()).script)
  const html = (tag: string) => ({ html: measured(tag), headers: {} })
  receiver.pages.set('/measured', html('<script src="/tracker.js" data-flush-ms="50"></script>'))
  // By a tag that comes late, as `async` ones do on a slow connection.
  const late = "const tag = document.createElement('script'); tag.src = '/tracker.js'; tag.dataset.flushMs = 50; document.head.append(tag)"
  receiver.pages.set('/late', html(`<script>insert = () => { ${late} }</script>`))
  receiver.pages.set('/second', { html: '<!doctype html><p>Second</p>', headers: {} })
  browser = await launchTabbedChromium()
})
afterEach(async () => {
  for (const tab of tabs.splice(0)) await tab.close()
  receiver.events.length = 0
})
afterAll(async () => {
  await browser.close()
  receiver.close()
})

const run = (page: Page, code: string) => page.evaluate((source: string) => void new Function(source)(), code)

/** A new tab, in front or behind the one that is shown. */
async function open(path: string, isInBackground = false): Promise<Page> {
  const tab = isInBackground ? await browser.newBackgroundPage() : await browser.newPage()
  tabs.push(tab)
  await tab.goto(receiver.url + path)
  return tab
}

/** Turns to another tab for a while. Both report what they have by then. */
async function hide(tab: Page): Promise<void> {
  const other = await browser.newPage()
  await until('the tab is hidden', () => tab.evaluate(() => document.visibilityState === 'hidden'))
  await delay(300)
  await tab.bringToFront()
  await until('it is shown', () => tab.evaluate(() => document.visibilityState === 'visible'))
  await other.close()
}

/** Two shifts, with more than a second between them: each has a window of its own. */
async function shiftTwice(tab: Page): Promise<void> {
  await delay(600)
  await run(tab, 'shift()')
  await delay(1_300)
  await run(tab, 'shift(); requestAnimationFrame(() => requestAnimationFrame(shift))')
  await delay(300)
}

/** The library looks at an interaction when the browser is idle, a second later at most: if the tab is hidden before, it says nothing of it. */
async function press(tab: Page, button: string): Promise<void> {
  await tab.click(button)
  await delay(1_500)
}

/** What the tracker says of its latest page view: the last value of each vital counts. */
function ours(): Vitals {
  const inOrder = (type: string): TrackedEvent[] =>
    receiver.events.filter((event) => event.type === type).sort((a, b) => a.time - b.time || a.seq - b.seq)
  const view = inOrder('pageview').at(-1)?.page
  return Object.fromEntries(inOrder('web_vital').flatMap(({ page, data }) => (page === view ? [[data.name, data.value]] : [])))
}

/** Waits until both have said the same of a kind of navigation, and no more than that. */
async function expectSame(tab: Page, kind: string, names: readonly string[]): Promise<Vitals> {
  await delay(400)
  const all = await tab.evaluate(() => (globalThis as unknown as { vitals: Record<string, Vitals> }).vitals)
  const theirs = all[kind] ?? {}
  expect(Object.keys(theirs).sort()).toEqual(names)
  // The frame after a restore is one, but each of the two looks at the clock itself: within 5 ms of one another.
  const digits = (name: string) => (name === 'CLS' ? 6 : /^[FL]CP$/.test(name) && kind !== 'navigate' ? -1 : 1)
  expect(ours()).toEqual(Object.fromEntries(names.map((name) => [name, expect.closeTo(theirs[name]!, digits(name))])))
  return theirs
}

const EVERY = ['CLS', 'FCP', 'INP', 'LCP', 'TTFB']

describe('the vitals are those of the web-vitals library', () => {
  it('of a load with shifts and a slow handler, and again when they have changed', async () => {
    const tab = await open('measured')
    await shiftTwice(tab)
    await press(tab, '#slow')
    await hide(tab)
    const first = await expectSame(tab, 'navigate', EVERY)
    expect(first.CLS).toBeGreaterThan(0.05)
    expect(first.INP).toBeGreaterThan(200)
    await run(tab, "document.getElementById('quick').onclick = () => work(400)")
    await press(tab, '#quick')
    await run(tab, 'shift(); requestAnimationFrame(shift)')
    await delay(300)
    await hide(tab)
    expect((await expectSame(tab, 'navigate', EVERY)).INP).toBeGreaterThan(350)
  })

  it.each([
    ['slow', 200, Number.POSITIVE_INFINITY],
    // Nothing that is so quick is measured, but that there was something is known.
    ['quick', 7, 9],
  ])('of a page that comes back from the back-forward cache, where the visitor is %s', async (button, from, to) => {
    const tab = await open('measured')
    await press(tab, '#quick')
    await tab.click('#next')
    await delay(400)
    await until('the next page is there', () => tab.evaluate(() => location.pathname !== '/measured').catch(() => false))
    await run(tab, 'setTimeout(() => history.back())')
    await until('the page is back', () => tab.evaluate(() => location.pathname === '/measured'))
    await shiftTwice(tab)
    await press(tab, `#${button}`)
    await hide(tab)
    const { INP } = await expectSame(tab, 'back-forward-cache', EVERY)
    expect(INP).toBeGreaterThan(from)
    expect(INP).toBeLessThan(to)
  })

  it('of a page that was opened in the background and is shown later: no paint, and no shift', async () => {
    const tab = await open('measured', true)
    await delay(300)
    await tab.bringToFront()
    await shiftTwice(tab)
    await press(tab, '#slow')
    await hide(tab)
    await expectSame(tab, 'navigate', ['INP', 'TTFB'])
  })

  it.each([
    ['in the background', true, ['INP', 'TTFB']],
    ['in front, hidden and shown again', false, EVERY],
  ])('of one that was opened %s before the tracker came', async (_, isInBackground, names) => {
    const tab = await open('late', isInBackground)
    await delay(300)
    if (isInBackground) await tab.bringToFront()
    else await hide(tab)
    await delay(300)
    await run(tab, 'insert()')
    await shiftTwice(tab)
    await press(tab, '#slow')
    await hide(tab)
    await expectSame(tab, 'navigate', names)
  })
})
