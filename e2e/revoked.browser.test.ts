import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { type Browser, launchChromium, launchFirefox, type Page } from './browsers/index.ts'
import { buildExtension } from './extension-build.ts'
import { grant } from './grant.ts'
import { openPopup, type Popup } from './popup.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { until } from './until.ts'

/** A site that the tests' build has no permission for by itself, as the shipped one has none for any. */
const PATTERN = 'http://localhost/*'

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end()
})

/** A tab on a site that has been granted and switched on. */
async function visit(name: 'chromium' | 'firefox'): Promise<{ browser: Browser; receiver: Receiver; page: Page; popup: Popup }> {
  const receiver = await startReceiver('')
  cleanUp.push(receiver.close)
  receiver.servePage('<!doctype html><button id="b">Press</button>')
  const launch = name === 'chromium' ? launchChromium : launchFirefox
  const browser = await launch({ extension: await buildExtension(name, receiver.url.replace(/\/$/, '')) })
  cleanUp.push(browser.close)
  const page = await browser.newPage()
  await page.goto(receiver.otherUrl)
  await grant(browser, PATTERN, true)
  const popup = await openPopup(browser, receiver.otherUrl)
  await popup.switchSite(true)
  await page.bringToFront()
  await until('a click arrives, and the badge counts it', async () => {
    await page.click('#b')
    return receiver.events.some(({ type }) => type === 'click') && (await popup.badge()) !== ''
  })
  return { browser, receiver, page, popup }
}

const isOn = ({ page }: Popup): Promise<boolean> =>
  page.evaluate(() => document.querySelector<HTMLInputElement>('[data-testid="site-toggle"]')!.checked)

describe.each(['chromium', 'firefox'] as const)('%s', (name) => {
  it('switches a site off that the user takes back in the browser itself, in open tabs too', async () => {
    const { browser, receiver, page, popup } = await visit(name)
    await grant(browser, PATTERN, false)
    await until('the popup shows the site as off', async () => !(await isOn(popup)))
    await until('the badge is empty', async () => (await popup.badge()) === '')
    await delay(500)
    const before = { rows: (await popup.rows('click')).length, events: receiver.events.length }
    await page.bringToFront()
    await page.click('#b')
    await delay(1_500)
    await popup.page.bringToFront()
    await delay(200)
    expect({ rows: (await popup.rows('click')).length, events: receiver.events.length }).toEqual(before)
  })

  it('leaves neither colour nor count to a tab whose site is switched off', async () => {
    const { popup } = await visit(name)
    await popup.page.bringToFront()
    await popup.switchSite(false)
    await until('the badge is empty', async () => (await popup.badge()) === '')
  })
})
