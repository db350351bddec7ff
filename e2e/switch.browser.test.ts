import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { Chromium, Page } from './browsers/index.ts'
import { type Shop, visitShop } from './shop.ts'
import { until } from './until.ts'

let shop: Shop | undefined
afterEach(async () => {
  await shop?.close()
  shop = undefined
})

const clicksOn = async ({ collector }: Shop, target: string) =>
  (await collector.events('click')).filter(({ data }) => data.target === target).length

describe.each(['chromium', 'firefox'] as const)('%s', (name) => {
  it('captures in the open tab as soon as the site is on, and nothing more when it is off', async () => {
    shop = await visitShop(name)
    const { page, popup } = shop
    await until('a click in the open tab arrives', async () => {
      await page.click('#button-plain')
      return (await clicksOn(shop!, '#button-plain')) > 0
    })
    await popup.page.bringToFront()
    await popup.switchSite(false)
    await page.bringToFront()
    await delay(500)
    await page.click('#button-dead')
    await page.goto(shop.url)
    await page.click('#button-dead')
    await delay(2_000)
    expect(await clicksOn(shop, '#button-dead')).toBe(0)

    // It is the switch that made the difference: on again, the same click arrives.
    await popup.page.bringToFront()
    await popup.switchSite(true)
    await page.bringToFront()
    await until('a click arrives again', async () => {
      await page.click('#button-dead')
      return (await clicksOn(shop!, '#button-dead')) > 0
    })
  })
})

/** The worlds of the extension in a page, from the browser's own list of execution contexts. */
async function extensionWorlds(browser: Chromium, page: Page): Promise<string[]> {
  const session = await browser.context.newCDPSession(browser.native(page))
  const origins: string[] = []
  session.on('Runtime.executionContextCreated', ({ context }) => origins.push(context.origin))
  await session.send('Runtime.enable')
  await delay(200)
  await session.detach()
  return origins.filter((origin) => origin.startsWith('chrome-extension://'))
}

it('puts no script into a site that was never switched on', async () => {
  const visit = await visitShop('chromium')
  shop = visit
  const other = await visit.browser.newPage()
  await other.goto(visit.url.replace('127.0.0.1', 'localhost'))
  await other.click('#button-plain')
  await delay(500)
  expect(await extensionWorlds(visit.browser, visit.page)).not.toEqual([])
  expect(await extensionWorlds(visit.browser, other)).toEqual([])
  expect((await visit.collector.events()).filter(({ site }) => site !== '127.0.0.1')).toEqual([])
})
