import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { canaries as c } from './canaries.ts'
import { START } from './pages.ts'

/** Puts a canary into every field, and uses all that has one in its name or address. */
export async function visitWithSecrets(page: Page, origin: string): Promise<void> {
  await page.goto(origin + START)
  await page.click('#go')
  await page.waitForSelector('#done')
  await delay(500)
  for (const name of ['text', 'password', 'email', 'telephone', 'card', 'code', 'search', 'textarea', 'editable'] as const) {
    await page.locator(`#${name}`).pressSequentially(c[name])
  }
  await page.selectOption('#select', c.select)
  await page.setInputFiles('#file', { name: c.file, mimeType: 'text/plain', buffer: Buffer.from(c.file) })
  await page.locator('#shadow-field').pressSequentially(c.shadow)
  await page.press('#shadow-field', 'Enter')
  await page.frameLocator('#frame').locator('#inner').pressSequentially(c.frame)
  await page.frameLocator('#frame').locator('#inner-button').click()
  await page.frameLocator('#srcdoc').locator('#inner').pressSequentially(c.srcdoc)
  await page.frameLocator('#srcdoc').locator('#inner-button').click()
  await page.locator('.secret-name').pressSequentially('x')
  await page.click('#pay')
  await page.click('.ignored')
  await page.locator('.ignored-field').pressSequentially(c.ignored)
  await page.click('.secret-id')
  await page.hover('#words')
  await delay(700)
  await page.click('#words')
  await page.evaluate(() => getSelection()!.selectAllChildren(document.getElementById('copied')!))
  await page.keyboard.press('Control+c')
  await page.evaluate(() => document.querySelector('video')!.play())
  await page.locator('#image').scrollIntoViewIfNeeded()
  await delay(1_500)
  await page.click('#download')
  await page.click('#outbound')
  await page.click('#throw')
  await page.click('.planted')
  await page.click('#push')
  await delay(1_200)
  await page.mouse.wheel(0, 2_000)
  await delay(600)
  await page.click('#done')
}
