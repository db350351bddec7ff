import { afterEach, expect, it } from 'vitest'
import { type Shop, visitShop } from './shop.ts'
import { until } from './until.ts'

let shop: Shop | undefined
afterEach(async () => {
  await shop?.close()
  shop = undefined
})

/** Events of one task go in messages of 500, each with an address of this length: more than the background takes in one message. */
const DOWNLOADS = 600
const ADDRESS = 2_000

it.each(['chromium', 'firefox'] as const)('a message that the background refuses keeps none of its events back: %s', async (name) => {
  shop = await visitShop(name)
  const { collector, page, url } = shop
  await page.goto(`${url}?utm_campaign=${'sale-'.repeat(ADDRESS / 5)}`)
  await page.evaluate((times: number) => {
    const link = document.createElement('a')
    link.href = '/some.zip'
    link.onclick = () => false
    document.body.append(link)
    for (let index = 0; index < times; index++) link.click()
  }, DOWNLOADS)
  await page.click('#button-plain')
  const clicks = async () => (await collector.events('click')).filter(({ data }) => data.target === '#button-plain')
  await until('what comes after it arrives', async () => (await clicks()).length === 1)
  await until('all of it arrives', async () => (await collector.events('download')).length >= DOWNLOADS)
  expect(await collector.events('download')).toHaveLength(DOWNLOADS)
})
