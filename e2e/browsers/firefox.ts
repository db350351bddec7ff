import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ElementHandle, launch, type Page as PuppeteerPage } from 'puppeteer-core'
import manifest from '../../manifest.json' with { type: 'json' }
import type { Browser, LaunchOptions, Page } from './browser.ts'

/** The Firefox that Debian installs; `FIREFOX_PATH` names another. */
export const firefoxPath = process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr'

function adapt(page: PuppeteerPage): Page {
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

/** Starts a headless Firefox, with an extension when one is named (an absolute path). */
export async function launchFirefox(options: LaunchOptions = {}): Promise<Browser> {
  const uuid = randomUUID()
  const downloads = await mkdtemp(join(tmpdir(), 'webwatch-downloads-'))
  const browser = await launch({
    browser: 'firefox',
    executablePath: firefoxPath,
    headless: true,
    args: ['--remote-allow-system-access'],
    ...(options.profile ? { userDataDir: options.profile } : {}),
    defaultViewport: { width: 1280, height: 800 },
    extraPrefsFirefox: {
      // The folder for downloads of whoever runs the tests is not ours: 2 has Firefox use the one that is named.
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
      'extensions.webextensions.uuids': JSON.stringify({ [manifest.browser_specific_settings.gecko.id]: uuid }),
      'extensions.webextOptionalPermissionPrompts': false,
      'media.autoplay.default': 0,
      'privacy.donottrackheader.enabled': options.privacySignal === 'dnt',
      'privacy.globalprivacycontrol.enabled': options.privacySignal === 'gpc',
      'privacy.globalprivacycontrol.functionality.enabled': true,
    },
  })
  if (options.extension) await browser.installExtension(options.extension)
  return {
    name: 'firefox',
    newPage: async () => adapt(await browser.newPage()),
    extensionUrl: (path) => `moz-extension://${uuid}/${path}`,
    // With all others: which process is a page's nobody says.
    kill: async () => void browser.process()!.kill('SIGKILL'),
    async close() {
      await browser.close()
      await rm(downloads, { recursive: true, force: true })
    },
  }
}
