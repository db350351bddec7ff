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

/** The options page, with the settings of the shop open. */
async function openSettings({ browser }: Shop<Chromium>) {
  const page = browser.native(await browser.newPage())
  await page.goto(browser.extensionUrl('extension/options/index.html'))
  await page.getByTestId('site-settings').click()
  return page
}

it('leaves out what the site owner has switched off and hidden, at once in open tabs', async () => {
  shop = await visitShop('chromium')
  const { page, collector } = shop
  const clicks = async () => (await collector.events('click')).map(({ data }) => data.target)
  await page.click('#button-dead')
  await until('a click arrives', async () => (await clicks()).includes('#button-dead'))

  const loads = async () => (await collector.events('pageview')).filter(({ data }) => data.kind === 'load').length
  const before = await loads()

  const options = await openSettings(shop)
  await options.getByTestId('captured-hover').uncheck()
  await options.getByTestId('captured-field_focus').uncheck()
  // The later ones are selectors when nothing comes after them.
  for (const wrong of ['a[', '[data-x', ':is(.a', '[title="a', '.a{}', 'a /* b']) {
    await options.getByTestId('mask-selectors').fill(`#button-plain\n${wrong}`)
    await options.getByText(`"${wrong}" is no CSS selector.`).waitFor()
    expect(await options.getByTestId('save-site').isDisabled()).toBe(true)
  }
  await options.getByTestId('mask-selectors').fill('#button-plain')
  for (const [wrong, message] of [
    ['a\n'.repeat(201), 'These are 201 lines. At most 200 are kept.'],
    ['a'.repeat(1_025), 'is longer than 1024 characters.'],
  ] as const) {
    await options.getByTestId('allowed-parameters').fill(wrong)
    await options.getByText(message).waitFor()
    expect(await options.getByTestId('save-site').isDisabled()).toBe(true)
  }
  await options.getByTestId('mask-selectors').fill('#button-plain\nform .nothing')
  await options.getByTestId('allowed-parameters').fill('tea')
  await options.getByTestId('save-site').click()
  await options.getByTestId('site-saved').waitFor()

  const exercise = async () => {
    await page.bringToFront()
    await page.click('#button-plain')
    await page.hover('#hover-card')
    await delay(700)
    await page.hover('h1')
    await page.focus('#field-text')
    await page.click('#nav-query')
    await page.click('[data-testid="button-svg"]')
  }
  const from = Date.now()
  await exercise()
  await page.goto(`${shop.url}?tea=green&milk=none`)
  await exercise()
  const later = await until('the last clicks arrive', async () => {
    const events = (await collector.events()).filter(({ time }) => time > from)
    return events.filter(({ type, data }) => type === 'click' && data.target === '[data-testid="button-svg"]').length === 2 && events
  })
  // The page that was open is viewed once, whatever is settled meanwhile: only the one opened since is new.
  expect(await loads()).toBe(before + 1)
  const types = new Set(later.map(({ type }) => type))
  expect(types.has('field_blur')).toBe(true)
  expect(types.has('hover')).toBe(false)
  expect(types.has('field_focus')).toBe(false)
  expect(JSON.stringify(later)).not.toContain('#button-plain')
  expect(later.some(({ url }) => url.endsWith('?tea=green'))).toBe(true)
  // What is switched off takes no number: no gap looks like a loss.
  for (const view of new Set(later.map(({ page: id }) => id))) {
    const numbers = later.filter(({ page: id, url }) => id === view && url.includes('everything')).map(({ seq }) => seq)
    expect([...numbers].sort((a, b) => a - b)).toEqual(numbers.map((_, index) => Math.min(...numbers) + index))
  }
})

it('shows that the browser asks not to be tracked, and obeys its user', async () => {
  shop = await visitShop('chromium', {}, { privacySignal: 'dnt' })
  const { page, popup, collector } = shop
  const clicks = async () => (await collector.events('click')).length
  // The user has switched the site on: that is their choice until they say otherwise.
  await until('a click arrives', async () => {
    await page.click('#button-plain')
    return (await clicks()) > 0
  })
  await popup.page.bringToFront()
  await popup.page.waitFor('[data-testid="privacy-signal"][data-signal="dnt"]')
  await popup.page.click('[data-testid="obey-signal"]')
  await popup.page.waitFor('[data-testid="obey-signal"]:checked')
  await delay(1_200)
  const before = (await collector.events()).length
  await page.bringToFront()
  await page.click('#button-plain')
  await page.goto(shop.url)
  await page.click('#button-plain')
  await delay(1_200)
  expect((await collector.events()).length).toBe(before)

  await popup.page.bringToFront()
  await popup.page.click('[data-testid="obey-signal"]')
  await page.bringToFront()
  await until('a click arrives again', async () => {
    await page.click('#button-plain')
    return (await collector.events()).length > before
  })
})
