import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { installFor, launchChromium, launchFirefox } from './browsers/index.ts'
import { collectorProcess } from './collector-process.ts'
import { buildExtension } from './extension-build.ts'
import { freePort } from './free-port.ts'
import { enterDeveloperMode } from './grant.ts'
import { openPopup } from './popup.ts'
import { visitShop } from './shop.ts'
import { until } from './until.ts'

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end()
})

/** A collector that runs, and a profile that outlives the browsers which use it. */
async function begin() {
  const collector = await collectorProcess(await freePort())
  cleanUp.push(collector.dispose)
  await collector.start()
  const profile = await mkdtemp(join(tmpdir(), 'webwatch-profile-'))
  cleanUp.push(() => rm(profile, { recursive: true, force: true }))
  return { collector, profile }
}

it('keeps a site on over a restart of the browser, for the same visitor', async () => {
  const { collector, profile } = await begin()
  const extension = await buildExtension('chromium', collector.url)
  const url = `${collector.url}/demo/everything.html`
  const clicks = async () => (await collector.events('click')).filter(({ data }) => data.target === '#button-plain')

  const first = await launchChromium({ extension, profile })
  cleanUp.push(first.close)
  const page = await first.newPage()
  await page.goto(url)
  const popup = await openPopup(first, url)
  await popup.switchSite(true)
  await page.bringToFront()
  await page.goto(url)
  await page.click('#button-plain')
  await until('the click before the restart arrives', async () => (await clicks()).length === 1)
  await first.close()

  const second = await launchChromium({ extension, profile })
  cleanUp.push(second.close)
  const again = await second.newPage()
  await until('a click after the restart arrives', async () => {
    await again.goto(url)
    await again.click('#button-plain')
    return (await clicks()).length > 1
  })
  expect(new Set((await clicks()).map(({ visitor }) => visitor)).size).toBe(1)
})

it('tracks on in open tabs after an update of the extension', async () => {
  const shop = await visitShop('chromium')
  cleanUp.push(shop.close)
  const { browser, collector, page } = shop
  const pressed = async (button: string) => {
    await page.click(button)
    return (await collector.events('click')).some(({ data }) => data.target === button)
  }
  await until('a click arrives', () => pressed('#button-plain'))
  await enterDeveloperMode(browser)
  // As an update does: the extension's pages and its worker are ended, and start anew.
  await browser.context
    .serviceWorkers()[0]!
    .evaluate(() => chrome.runtime.reload())
    .catch(() => undefined)
  await until('a click arrives from the tab that was open', () => pressed('#button-dead'))
})

it('sends what waits from before when the browser is started, whether or not a page is opened', async () => {
  const { collector, profile } = await begin()
  // Chromium loads the extension of a test anew at each start, and starts it by that.
  await installFor(profile, await buildExtension('firefox', collector.url))
  const url = `${collector.url}/demo/everything.html`

  const first = await launchFirefox({ profile })
  cleanUp.push(first.close)
  const page = await first.newPage()
  await page.goto(url)
  const popup = await openPopup(first, url)
  await popup.switchSite(true)
  await page.bringToFront()
  await collector.stop()
  await page.click('#button-plain')
  await popup.page.bringToFront()
  await until('the click waits', async () => (await popup.rows('click')).some(({ state }) => state === 'queued'))
  await first.close()

  await collector.start()
  expect(await collector.events('click')).toEqual([])
  const second = await launchFirefox({ profile })
  cleanUp.push(second.close)
  await until('the click arrives', async () => (await collector.events('click')).length > 0)
})
