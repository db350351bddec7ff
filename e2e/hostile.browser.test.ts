import { afterEach, expect, it } from 'vitest'
import type { Page } from './browsers/index.ts'
import { type Shop, visitShop } from './shop.ts'
import { until } from './until.ts'

const MARKUP = '"><img src=x onerror="hostile()"><script>hostile()</script>'
const FORMULA = "=cmd|' /C calc'!A0"

let shop: Shop | undefined
afterEach(async () => {
  await shop?.close()
  shop = undefined
})

const textOf = (page: Page) => page.evaluate(() => document.body.textContent ?? '')
/** What markup would have become if it had been taken for markup. */
const elements = (page: Page) => page.evaluate(() => document.querySelectorAll('img[src="x"], [onerror], body script:not([src])').length)

const title = 'what a page says of itself stays text in the popup and in what it exports, in the status page, and in what is stored'
it.each(['chromium', 'firefox'] as const)(`${title}: %s`, async (name) => {
  shop = await visitShop(name)
  const { page, popup, browser, collector } = shop
  await page.evaluate(
    ({ markup, formula }: { markup: string; formula: string }) => {
      for (const [name, said] of [
        ['one', markup],
        ['two', formula],
      ] as const) {
        const button = document.createElement('button')
        button.className = name
        button.textContent = said
        button.setAttribute('data-testid', said)
        button.style.cssText = `position: fixed; top: ${name === 'one' ? 0 : 60}px; left: 0; width: 50px; height: 50px; overflow: hidden; z-index: 9`
        document.body.append(button)
      }
    },
    { markup: MARKUP, formula: FORMULA },
  )
  await page.click('button.one')
  await page.click('button.two')
  // A title is shown as it is; selectors are escaped.
  await page.evaluate((title: string) => {
    document.title = title
    history.pushState({}, '', '/demo/elsewhere')
  }, MARKUP)
  await until('the title is stored', async () =>
    (await collector.events('pageview')).some(({ data }) => String(data.title).includes('<img')),
  )
  const targets = await until('both clicks are stored', async () => {
    const found = (await collector.events('click')).map(({ data }) => String(data.target))
    return found.length >= 2 && found
  })
  expect(targets.some((target) => target.includes('onerror'))).toBe(true)
  expect(targets.some((target) => target.includes('calc'))).toBe(true)

  await popup.page.bringToFront()
  await until('the popup shows them', async () => (await textOf(popup.page)).includes('<img src=x'))
  expect(await elements(popup.page)).toBe(0)
  expect(await textOf(popup.page)).toContain('calc')

  // A spreadsheet makes a formula of what begins like one: here nothing does, since every text is in its quotes, line breaks and all.
  const { name: file, text: saved } = await browser.download(popup.page, () => popup.page.click('[data-testid="export-json"]'))
  expect(file).toMatch(/^webwatch-[\w.-]+\.json$/)
  const rows = JSON.parse(saved) as { data: { target?: string; title?: string } }[]
  expect(rows.some(({ data: { title } }) => title === MARKUP)).toBe(true)
  expect(rows.some(({ data: { target } }) => target?.includes('calc'))).toBe(true)
  for (const line of saved.split('\n')) expect(line).toMatch(/^ *["{}[\]]/)

  const status = await browser.newPage()
  await status.goto(`${collector.url}/`)
  await until('the status page shows them', async () => (await textOf(status)).includes('<img src=x'))
  expect(await elements(status)).toBe(0)
  expect(await textOf(status)).toContain('calc')
})
