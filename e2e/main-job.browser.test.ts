import { setTimeout as delay } from 'node:timers/promises'
import { eventTypes } from '@webwatch/events'
import { afterEach, expect, it } from 'vitest'
import { type Browser, launchChromium, launchFirefox } from './browsers/index.ts'
import { collectorProcess } from './collector-process.ts'
import { buildExtension } from './extension-build.ts'
import { freePort } from './free-port.ts'
import { openPopup } from './popup.ts'
import { until } from './until.ts'
import { IDLE_SECONDS, visitEverything } from './visit.ts'

const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end()
})

/** Makes the site of the popup idle sooner: a minute is long for a test. */
async function shortenIdle(browser: Browser): Promise<void> {
  const page = await browser.newPage()
  await page.goto(browser.extensionUrl('extension/options/index.html'))
  await page.waitFor('[data-testid="tracked-site"]')
  await page.evaluate(async (idleSeconds: number) => {
    const { storage } = (globalThis as { browser?: typeof chrome }).browser ?? chrome
    const { sites } = (await storage.local.get('sites')) as { sites: Record<string, { settings: { idleSeconds: number } }> }
    for (const site of Object.values(sites)) site.settings.idleSeconds = idleSeconds
    await storage.local.set({ sites })
  }, IDLE_SECONDS)
  await page.close()
}

it.each([
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
] as const)('%s: each event type reaches the embedded store, and the popup says so', async (_, launch) => {
  const collector = await collectorProcess(await freePort())
  cleanUp.push(collector.dispose)
  await collector.start()
  const browserName = launch === launchChromium ? 'chromium' : 'firefox'
  const browser = await launch({ extension: await buildExtension(browserName, collector.url) })
  cleanUp.push(browser.close)

  const demo = `${collector.url}/demo/everything.html`
  const page = await browser.newPage()
  await page.goto(demo)
  const popup = await openPopup(browser, demo)
  await popup.switchSite(true)
  await shortenIdle(browser)
  await page.bringToFront()
  await page.goto(demo)
  await delay(500)
  await visitEverything(page)
  await page.evaluate(() => location.assign('article.html'))
  await delay(500)

  await popup.page.bringToFront()
  for (const { type } of eventTypes) {
    const rows = await until(`the popup shows an accepted ${type}`, async () => {
      const rows = await popup.rows(type)
      return rows.some(({ state }) => state === 'accepted') && rows
    })
    const stored = await until(`the store has each ${type}`, async () => {
      const ids = new Set((await collector.events(type)).map(({ id }) => id))
      return rows.filter(({ state }) => state === 'accepted').every(({ id }) => ids.has(id)) && ids
    })
    expect(stored.size).toBeGreaterThan(0)
  }
})
