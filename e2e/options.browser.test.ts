import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { type Chromium, launchChromium } from './browsers/index.ts'
import { collectorProcess } from './collector-process.ts'
import { buildExtension } from './extension-build.ts'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end()
})

async function openOptions(browser: Chromium) {
  const page = browser.native(await browser.newPage())
  await page.goto(browser.extensionUrl('extension/options/index.html'))
  const field = (name: string) => page.getByTestId(name)
  return {
    page,
    field,
    /** Tests the connection to a collector, and gives what the page says of it. */
    async test(url: string, key = '') {
      await field('collector-url').fill(url)
      await field('write-key').fill(key)
      const before = await field('connection-result').count()
      await field('test-connection').click()
      if (before === 0) await field('connection-result').waitFor()
      return until('the page says what it found', async () => (await field('connection-result').textContent()) || false)
    },
  }
}

it('says of a collector whether events would arrive, and why not', async () => {
  const collector = await collectorProcess(await freePort(), { WRITE_KEYS: '127.0.0.1:right-key' })
  cleanUp.push(collector.dispose)
  await collector.start()
  const other = createServer((_, response) => response.end('hello'))
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  cleanUp.push(() => other.close())
  const browser = await launchChromium({ extension: await buildExtension('chromium', collector.url) })
  cleanUp.push(browser.close)

  const cases = [
    // To the browser it is an address, of a scheme called localhost.
    ['localhost:8080', '', 'is no address'],
    ['ftp://127.0.0.1', '', 'is no address'],
    [`http://127.0.0.1:${await freePort()}`, '', 'Nobody answers'],
    [`http://127.0.0.1:${(other.address() as AddressInfo).port}`, '', 'no WebWatch collector'],
    [collector.url, '', 'wants a write key'],
    [collector.url, 'wrong-key', 'refuses this write key'],
    [collector.url, 'right-key', 'would take your events'],
  ] as const
  for (const [url, key, answer] of cases) {
    const options = await openOptions(browser)
    expect(await options.test(url, key)).toContain(answer)
  }

  const options = await openOptions(browser)
  await options.field('collector-url').fill('localhost:8080')
  await options.field('save').click()
  await options.field('connection-result').filter({ hasText: 'is no address' }).waitFor()
  await options.field('collector-url').fill(`${collector.url}/`)
  await options.field('write-key').fill('right-key')
  await options.field('save').click()
  await options.field('connection-result').filter({ hasText: 'Saved' }).waitFor()
  const again = await openOptions(browser)
  await until('the settings are kept', async () => (await again.field('write-key').inputValue()) === 'right-key')
  expect(await again.field('collector-url').inputValue()).toBe(collector.url)
})

it('asks before it deletes, and leaves the focus where the next answer is', async () => {
  const browser = await launchChromium({ extension: await buildExtension('chromium', `http://127.0.0.1:${await freePort()}`) })
  cleanUp.push(browser.close)
  const { page, field } = await openOptions(browser)
  const focused = () => page.evaluate(() => document.activeElement!.textContent)
  await field('delete-data').focus()
  await page.keyboard.press('Enter')
  expect(await focused()).toBe('Keep')
  await page.keyboard.press('Enter')
  expect(await focused()).toBe('Delete my data')
  await page.keyboard.press('Enter')
  await field('delete-data-sure').click()
  await page.getByText('Your data is deleted').waitFor()
  expect(await focused()).toContain('Your data is deleted')
})
