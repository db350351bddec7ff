import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { type Browser, launchChromium, launchFirefox, type Page } from './browsers/index.ts'
import { buildExtension } from './extension-build.ts'
import { grantInFirefox, takeSitesBack } from './grant.ts'
import { openPopup, type Popup } from './popup.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { until } from './until.ts'

/** A site that the tests' build has no permission for by itself, as the shipped one has none for any. Nobody can grant one in a headless Chromium. */
const PATTERN = 'http://localhost/*'
const EVERYWHERE = 'http://*/*'

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end()
})

/** A browser with the extension, and a tab on a site that has not been granted, but in Chromium. */
async function start(name: 'chromium' | 'firefox'): Promise<{ browser: Browser; receiver: Receiver; page: Page; url: string }> {
  const receiver = await startReceiver('')
  cleanUp.push(receiver.close)
  receiver.servePage('<!doctype html><button id="b">Press</button>')
  const launch = name === 'chromium' ? launchChromium : launchFirefox
  const browser = await launch({ extension: await buildExtension(name, receiver.url.replace(/\/$/, '')) })
  cleanUp.push(browser.close)
  const page = await browser.newPage()
  const url = name === 'chromium' ? receiver.url : receiver.otherUrl
  await page.goto(url)
  return { browser, receiver, page, url }
}

/** The same, which has been granted and switched on. */
async function visit(name: 'chromium' | 'firefox'): Promise<{ browser: Browser; receiver: Receiver; page: Page; popup: Popup }> {
  const { browser, receiver, page, url } = await start(name)
  if (name === 'firefox') await grantInFirefox(browser, PATTERN, true)
  const popup = await openPopup(browser, url)
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

it.each(['chromium', 'firefox'] as const)(
  'switches a site off that the user takes back in the browser itself, in open tabs too: %s',
  async (name) => {
    const { browser, receiver, page, popup } = await visit(name)
    await (name === 'chromium' ? takeSitesBack(browser) : grantInFirefox(browser, PATTERN, false))
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
  },
)

describe('a site of its own permission', () => {
  it('leaves neither colour nor count to a tab whose site is switched off', async () => {
    const { popup } = await visit('firefox')
    await popup.page.bringToFront()
    await popup.switchSite(false)
    await until('the badge is empty', async () => (await popup.badge()) === '')
  })
  it('switches on what the user was asked for, and nothing that they let in for another reason', async () => {
    const { browser, receiver, page } = await start('firefox')
    const extension = await browser.newPage()
    await extension.goto(browser.extensionUrl('extension/options/index.html'))
    await extension.waitFor('h1')
    // What the popup does before it asks. Firefox may close it with its question.
    const intend = (pattern: string) =>
      extension.evaluate(async (pattern: string) => {
        const { runtime } = (globalThis as { browser?: typeof chrome }).browser ?? chrome
        await runtime.sendMessage({ kind: 'intend', site: { name: 'localhost', pattern } })
      }, pattern)
    const sites = () =>
      extension.evaluate(async () => {
        const { storage } = (globalThis as { browser?: typeof chrome }).browser ?? chrome
        return Object.keys(((await storage.local.get('sites')) as { sites?: object }).sites ?? {})
      })
    await intend(PATTERN)
    await grantInFirefox(browser, EVERYWHERE, true)
    await delay(1_000)
    expect(await sites()).toEqual([])
    await grantInFirefox(browser, EVERYWHERE, false)
    await grantInFirefox(browser, PATTERN, true)
    await until('the site is on', async () => (await sites()).join() === 'localhost')
    await page.bringToFront()
    await until('a click arrives', async () => {
      await page.click('#b')
      return receiver.events.some(({ type }) => type === 'click')
    })
  })
})
