import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from './browsers/index.ts'

/** Seconds without a sign of the visitor that count as idle in these tests. */
export const IDLE_SECONDS = 2

/** Does one thing for every event type on the demo shop's page that has one of each. The page is loaded already. */
export async function visitEverything(page: Page): Promise<void> {
  await page.moveMouse(200, 200, 5)
  await page.hover('#hover-card')
  await delay(700)
  await page.hover('h1')
  await page.click('#button-svg-icon')
  await page.type('#field-text', 'tea')
  await page.focus('#field-email')
  await page.click('#form-submit')
  for (const kind of ['video', 'audio']) {
    await page.click(`#play-${kind}`)
    await delay(900)
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
}
