import { afterEach, expect, it } from 'vitest'
import { type Chromium, launchChromium, launchFirefox } from './browsers/index.ts'
import { collectorProcess } from './collector-process.ts'
import { buildExtension } from './extension-build.ts'
import { freePort } from './free-port.ts'
import { openPopup } from './popup.ts'
import { startReceiver } from './receiver.ts'
import { type Answer, standBefore } from './stand-before.ts'
import { buildTracker } from './tracker-build.ts'
import { until } from './until.ts'

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end()
})

const RETRY_AFTER_S = 3
const REFUSALS = 2

const OVERLOADED: Answer = {
  status: 429,
  headers: { 'retry-after': String(RETRY_AFTER_S), 'content-type': 'application/json' },
  body: '{"error":{"code":"overloaded","message":"Events arrive faster than Kafka takes them"}}',
}
/** As the page of a network that wants its users to sign in. */
const WELCOME: Answer = { status: 202, headers: { 'content-type': 'text/html' }, body: '<!doctype html>Welcome' }
/** As a server that is something else. */
const BAD_REQUEST: Answer = { status: 400, headers: { 'content-type': 'text/html' }, body: '<h1>400 Bad Request</h1>' }

/** A visitor with the extension, whose clicks go to a collector past one who answers first. */
async function visitPast(answer: Answer) {
  const collector = await collectorProcess(await freePort())
  cleanUp.push(collector.dispose)
  await collector.start()
  const attempts: number[] = []
  const front = await standBefore(collector.url, () => (attempts.push(Date.now()) <= REFUSALS ? answer : undefined))
  cleanUp.push(front.close)
  const browser: Chromium = await launchChromium({ extension: await buildExtension('chromium', front.url) })
  cleanUp.push(browser.close)
  const page = await browser.newPage()
  const url = `${collector.url}/demo/everything.html`
  await page.goto(url)
  const popup = await openPopup(browser, url)
  await popup.switchSite(true)
  await page.bringToFront()
  await page.goto(url)
  let pressed = 0
  await until(
    'the extension has been let in',
    async () => {
      await page.click('#button-plain')
      pressed++
      return attempts.length > REFUSALS
    },
    60_000,
  )
  const clicks = async () => (await collector.events('click')).filter(({ data }) => data.target === '#button-plain')
  await until('every click is stored', async () => (await clicks()).length === pressed)
  await popup.page.bringToFront()
  await until('nothing waits', () =>
    popup.page.evaluate(() => document.querySelector<HTMLElement>('[data-testid="waiting-count"]')?.dataset.count === '0'),
  )
  return attempts
}

it('the extension comes back no sooner than an overloaded collector asks, whatever happens on the page, and loses nothing', async () => {
  const attempts = await visitPast(OVERLOADED)
  const pauses = attempts.slice(1, REFUSALS + 1).map((at, index) => at - attempts[index]!)
  for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(RETRY_AFTER_S * 1_000)
})

it('the extension takes nobody but a collector at its word that events are taken', async () => {
  expect((await visitPast(WELCOME)).length).toBeGreaterThan(REFUSALS)
})

it('the extension takes nobody but a collector at its word that events are bad', async () => {
  expect((await visitPast(BAD_REQUEST)).length).toBeGreaterThan(REFUSALS)
})

/** Visitors who are refused in the same moment, and how far apart they must come back. Of eight, chance brings all that near once in 100,000 times. */
const VISITORS = 8
const SPREAD_MS = 400

it.each([
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
] as const)('script tags that are refused together do not come back in step, nor too early: %s', async (_, launch) => {
  const receiver = await startReceiver((await buildTracker()).script)
  cleanUp.push(receiver.close)
  const browser = await launch()
  cleanUp.push(browser.close)
  const sites = Array.from({ length: VISITORS }, (_, index) => `visitor-${index}.test`)
  // Each in a frame of another host: one of its own store, and none in a background tab, whose timers browsers put in step.
  const frames = sites.map((site, index) => {
    const html = `<!doctype html><script src="/tracker.js" data-site="${site}" data-flush-ms="50"></script><script>webwatch.track('came')</script>`
    receiver.pages.set(`/${site}`, { html, headers: {} })
    return `<iframe src="${receiver.otherUrl.replace('localhost', `visitor-${index}.localhost`)}${site}"></iframe>`
  })
  receiver.servePage(`<!doctype html>${frames.join('')}`)
  receiver.answer(429, { 'retry-after': String(RETRY_AFTER_S) })
  const page = await browser.newPage()
  await page.goto(receiver.url)
  const attempts = (site: string) => receiver.batches.filter(({ batch }) => batch.events[0]!.site === site).map(({ at }) => at)
  await until('all are refused', async () => sites.every((site) => attempts(site).length > 0))
  receiver.answer(202)
  const arrived = (site: string) => receiver.events.some((event) => event.site === site && event.type === 'custom')
  await until('all have come back', async () => sites.every(arrived), 30_000)
  const pauses = sites.map((site) => attempts(site)[1]! - attempts(site)[0]!)
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(RETRY_AFTER_S * 1_000)
  expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(SPREAD_MS)
})
