import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, launchFirefox } from './index.ts'

const html = '<title>Here</title><button id="b" onclick="this.textContent=\'pressed\'">press</button><input id="i">'
const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html))
let url = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
afterAll(() => server.close())

describe.each([
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
] as const)('%s', (_, launch) => {
  it('opens a page, clicks and types', async () => {
    const browser = await launch()
    try {
      const page = await browser.newPage()
      await page.goto(url)
      await page.click('#b')
      await page.type('#i', 'abc')
      const seen = await page.evaluate(() => [
        document.querySelector('#b')!.textContent,
        document.querySelector<HTMLInputElement>('#i')!.value,
      ])
      expect(seen).toEqual(['pressed', 'abc'])
    } finally {
      await browser.close()
    }
  })
})
