import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, Page } from './browsers/index.ts'
import { until } from './until.ts'

/** Seconds without a sign of the visitor that count as idle in these tests. */
export const IDLE_SECONDS = 2

/** Makes the sites that are on in the extension idle sooner: a minute is long for a test. */
export async function shortenIdle(browser: Browser): Promise<void> {
  const page = await browser.newPage()
  await page.goto(browser.extensionUrl('extension/options/index.html'))
  await page.waitFor('[data-testid="tracked-site"]')
  await page.evaluate(async (idleSeconds: number) => {
    const { storage } = (globalThis as { browser?: typeof chrome }).browser ?? chrome
    const { sites } = (await storage.local.get('sites')) as { sites: Record<string, { settings: { idleSeconds: number } }> }
    for (const site of Object.values(sites)) site.settings.idleSeconds = idleSeconds
    await storage.local.set({ sites })
  }, IDLE_SECONDS)
  await page.close()
}

/** Does one thing for every event type on the demo shop's page that has one of each. The page is loaded already. */
export async function visitEverything(page: Page): Promise<void> {
  await page.moveMouse(200, 200, 5)
  await page.hover('#hover-card')
  await delay(700)
  await page.hover('h1')
  await page.click('#button-svg-icon')
  for (const button of ['error', 'reject']) await page.click(`#button-${button}`)
  for (let count = 0; count < 4; count++) await page.click('#button-dead')
  await delay(2_500)
  await page.evaluate(() => {
    const link = document.getElementById('link-outbound')!
    link.addEventListener('click', (event) => event.preventDefault())
    getSelection()!.selectAllChildren(link)
    document.execCommand('copy')
  })
  await page.click('#link-outbound')
  await page.type('#field-required', 'tea')
  await page.type('#field-text', 'tea')
  await page.focus('#field-email')
  await page.click('#form-submit')
  for (const kind of ['video', 'audio']) {
    await page.click(`#play-${kind}`)
    await until('a quarter has been played', () =>
      page.evaluate((name: string) => document.querySelector<HTMLMediaElement>(name)!.currentTime > 1.3, kind),
    )
    await page.click(`#end-${kind}`)
    await delay(900)
  }
  await page.click('#download-zip')
  await page.evaluate(() => document.getElementById('image-svg')!.scrollIntoView({ block: 'center' }))
  await delay(1_800)
  await page.wheel(3_000)
  // Firefox goes on scrolling smoothly for a while.
  await delay((IDLE_SECONDS + 2.5) * 1_000)
  await page.click('h1')
  // A view ends inside the page, with a form that was begun and not sent.
  await page.click('#nav-push')
  await delay(300)
}
