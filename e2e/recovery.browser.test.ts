import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import type { Chromium } from './browsers/index.ts'
import { type Shop, visitShop } from './shop.ts'
import { until } from './until.ts'

let shop: Shop<Chromium> | undefined
afterEach(async () => {
  await shop?.close()
  shop = undefined
})

/** Ends the extension's worker as the browser does when it wants the memory. */
async function stopWorker({ browser, popup }: Shop<Chromium>): Promise<void> {
  const session = await browser.context.newCDPSession(browser.native(popup.page))
  await session.send('ServiceWorker.enable')
  await session.send('ServiceWorker.stopAllWorkers')
  await session.detach()
}

it('has every event exactly once after the worker was killed and the collector was away', async () => {
  shop = await visitShop('chromium')
  const { page, collector, popup } = shop
  const pressed = { count: 0 }
  const press = async (times: number) => {
    for (let index = 0; index < times; index++) {
      await page.click('#button-plain')
      pressed.count++
    }
  }
  await page.goto(shop.url)
  await press(5)
  await stopWorker(shop)
  await press(5)
  await collector.stop('SIGKILL')
  await press(5)
  await until('the popup says that the collector is out of reach', () =>
    popup.page.evaluate(
      () =>
        (document.body.textContent ?? '').includes('out of reach') && document.querySelector('[data-testid="waiting-count"]')?.textContent,
    ),
  )
  await stopWorker(shop)
  await press(5)
  await delay(500)
  await stopWorker(shop)
  await collector.start()
  await press(5)
  await popup.page.bringToFront()
  const clicks = await until(
    'the store has every click',
    async () => {
      const clicks = (await collector.events('click')).filter(({ data }) => data.target === '#button-plain')
      return clicks.length >= pressed.count && clicks
    },
    90_000,
  )
  expect(clicks.length).toBe(pressed.count)
  expect(new Set(clicks.map(({ id }) => id)).size).toBe(pressed.count)
  const numbers = (await collector.events()).filter(({ page: view }) => view === clicks[0]!.page).map(({ seq }) => seq)
  expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, index) => index))
})

it('counts on in the badge after the worker was killed', async () => {
  shop = await visitShop('chromium')
  const { page, popup } = shop
  const counted = async () =>
    Number(await popup.page.evaluate(() => chrome.action.getBadgeText({ tabId: Number(new URLSearchParams(location.search).get('tab')) })))
  await page.goto(shop.url)
  for (let press = 0; press < 5; press++) await page.click('#button-plain')
  const before = await until('the badge counts the clicks', async () => {
    const count = await counted()
    return count > 5 && count
  })
  await stopWorker(shop)
  for (let press = 0; press < 5; press++) await page.click('#button-plain')
  await until('the badge counts the next ones too', async () => (await counted()) >= before + 5)
})
