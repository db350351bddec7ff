import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElementHandle, Page as PuppeteerPage } from 'puppeteer-core'
import { until } from '../until.ts'
import type { Page } from './browser.ts'

/** A tab of Puppeteer's. */
export function adapt(page: PuppeteerPage): Page {
  return {
    async goto(url) {
      // Firefox never reports the load of an extension's page over BiDi.
      if (!url.startsWith('moz-extension:')) await page.goto(url)
      else await page.goto(url, { waitUntil: [] })
    },
    evaluate: (run, argument) => page.evaluate(run as never, argument as never) as never,
    waitFor: async (selector, timeout = 10_000) => void (await page.waitForSelector(selector, { timeout })),
    click: (selector, times = 1) => page.locator(selector).setTimeout(10_000).click({ count: times }),
    middleClick: (selector) => page.click(selector, { button: 'middle' }),
    hover: (selector) => page.hover(selector),
    focus: (selector) => page.focus(selector),
    type: (selector, text) => page.type(selector, text),
    typeHere: (text) => page.keyboard.type(text),
    press: (key) => page.keyboard.press(key as never),
    upload: async (selector, path) => ((await page.$(selector)) as ElementHandle<HTMLInputElement>).uploadFile(path),
    clickAt: (x, y) => page.mouse.click(x, y),
    moveMouse: (x, y, steps = 1) => page.mouse.move(x, y, { steps }),
    wheel: (deltaY) => page.mouse.wheel({ deltaY }),
    onRequest: (callback) => void page.on('request', (request) => callback(request.url())),
    screenshot: async (path) => void (await page.screenshot({ path: path as `${string}.png` })),
    bringToFront: () => page.bringToFront(),
    close: () => page.close(),
  }
}

/** Does what has the browser save a file in a directory, and reads that. */
export async function savedIn(directory: string, start: () => Promise<void>): Promise<{ name: string; text: string }> {
  const before = await readdir(directory)
  await start()
  // While it is written there is another one beside it, or in its place.
  const name = await until('the file is saved', async () => {
    const files = (await readdir(directory)).filter((file) => !before.includes(file))
    return files.length === 1 && !/\.(part|crdownload)$/.test(files[0]!) && files[0]!
  })
  return { name, text: await readFile(join(directory, name), 'utf8') }
}
