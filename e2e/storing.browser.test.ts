import { afterEach, expect, it } from 'vitest'
import type { Chromium, Page } from './browsers/index.ts'
import { openPopup } from './popup.ts'
import { type Shop, visitShop } from './shop.ts'
import { until } from './until.ts'

let shop: Shop<Chromium> | undefined
afterEach(async () => {
  await shop?.close()
  shop = undefined
})

/** Has the extension's database be one that its background cannot open, as one is that is broken. @returns removes it */
async function breakDatabase({ browser, popup }: Shop<Chromium>, page: Page): Promise<() => Promise<void>> {
  // It waits for all who have the database open: the popup, and the worker.
  const broken = page.evaluate(async () => {
    await chrome.alarms.clearAll()
    const opening = indexedDB.open('webwatch', 99)
    await new Promise((resolve) => {
      opening.onsuccess = resolve
    })
    Object.assign(globalThis, { ofAnotherVersion: opening.result })
  })
  await popup.page.close()
  const session = await browser.context.newCDPSession(browser.native(page))
  await session.send('ServiceWorker.enable')
  await session.send('ServiceWorker.stopAllWorkers')
  await broken
  return () =>
    page.evaluate(async () => {
      ;(globalThis as unknown as { ofAnotherVersion: IDBDatabase }).ofAnotherVersion.close()
      const removing = indexedDB.deleteDatabase('webwatch')
      await new Promise((resolve) => {
        removing.onsuccess = resolve
      })
    })
}

it('says that it cannot store events, and stores what pages have kept as soon as it can', async () => {
  shop = await visitShop('chromium')
  const { browser, collector, page } = shop
  const options = await browser.newPage()
  await options.goto(browser.extensionUrl('extension/options/index.html'))
  const mend = await breakDatabase(shop, options)
  await page.bringToFront()
  await page.click('#button-dead')
  const popup = await openPopup(browser, shop.url)
  await popup.page.waitFor('[role="status"] strong')
  expect(await popup.page.evaluate(() => document.querySelector('[role="status"]')!.textContent)).toBe(
    'This browser cannot store events. Pages keep them, and lose them when they are closed.',
  )
  // Should the browser end the worker now, it is to try again.
  await until('the worker is to be woken', () => popup.page.evaluate(async () => (await chrome.alarms.getAll()).length > 0))
  await mend()
  await until('the click arrives', async () => (await collector.events('click')).some(({ data }) => data.target === '#button-dead'))
  await until('the popup has no problem any more', () =>
    popup.page.evaluate(() => document.querySelector('[role="status"]')!.textContent === ''),
  )
})
