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

/** How long the browser takes, in ms, to write down whose events are. */
const SLOW = 1_000

it('forgets whose the events were that come in the same moment', async () => {
  shop = await visitShop('chromium')
  const { browser, page, popup } = shop
  const visitor = () =>
    popup.page.evaluate(async () => {
      const { identities } = (await chrome.storage.local.get('identities')) as { identities?: Record<string, { visitor: string }> }
      return identities?.['127.0.0.1']?.visitor
    })
  const before = await until('there is a visitor', async () => {
    await page.click('#button-plain')
    return visitor()
  })
  await browser.context.serviceWorkers()[0]!.evaluate((slow: number) => {
    const { local } = chrome.storage
    const set = local.set.bind(local) as (items: object, ...more: unknown[]) => Promise<void>
    local.set = (async (items: { identities?: object }, ...more: unknown[]) => {
      if (Object.keys(items.identities ?? {}).length > 0) await new Promise((resolve) => setTimeout(resolve, slow))
      return set(items, ...more)
    }) as typeof local.set
  }, SLOW)
  await page.click('#button-plain')
  await delay(SLOW / 4)
  await popup.page.evaluate(() => chrome.runtime.sendMessage({ kind: 'forget' }))
  await delay(2 * SLOW)
  expect(await visitor()).not.toBe(before)
})
