import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page as PlaywrightPage } from 'playwright-core'
import type { Browser, LaunchOptions, Page } from './browser.ts'

/** The Chromium that Debian installs; `CHROMIUM_PATH` names another. */
export const chromiumPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

/** What keeps it from doing work of its own. */
export const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
]

function adapt(page: PlaywrightPage): Page {
  return {
    goto: async (url) => void (await page.goto(url)),
    evaluate: (run, argument) => page.evaluate(run as never, argument as never),
    waitFor: async (selector, timeout = 10_000) => void (await page.waitForSelector(selector, { timeout, state: 'attached' })),
    // Playwright's selectors go into shadow roots by themselves.
    click: (selector, times = 1) => page.click(selector.replace('>>>', ' '), { timeout: 10_000, clickCount: times }),
    middleClick: (selector) => page.click(selector, { button: 'middle', timeout: 10_000 }),
    hover: (selector) => page.hover(selector, { timeout: 10_000 }),
    focus: (selector) => page.focus(selector),
    type: (selector, text) => page.locator(selector.replace('>>>', ' ')).pressSequentially(text),
    typeHere: (text) => page.keyboard.type(text),
    press: (key) => page.keyboard.press(key),
    upload: (selector, path) => page.setInputFiles(selector, path),
    clickAt: (x, y) => page.mouse.click(x, y),
    moveMouse: (x, y, steps = 1) => page.mouse.move(x, y, { steps }),
    wheel: (deltaY) => page.mouse.wheel(0, deltaY),
    onRequest: (callback) => void page.on('request', (request) => callback(request.url())),
    screenshot: async (path) => void (await page.screenshot({ path })),
    bringToFront: () => page.bringToFront(),
    close: () => page.close(),
  }
}

/** Chromium, with what only its tests need: the context of Playwright, for workers and the DevTools protocol. */
export interface Chromium extends Browser {
  readonly context: BrowserContext
  /** The Playwright page behind a page of ours. */
  native(page: Page): PlaywrightPage
}

/** Sets Do Not Track in a new profile. */
async function askNotToBeTracked(profile: string): Promise<void> {
  await mkdir(join(profile, 'Default'), { recursive: true })
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify({ enable_do_not_track: true }))
}

/** Starts a headless Chromium, with an extension when one is named. */
export async function launchChromium(options: LaunchOptions = {}): Promise<Chromium> {
  const profile = options.profile ?? (await mkdtemp(join(tmpdir(), 'webwatch-chromium-')))
  const extension = options.extension ? [`--disable-extensions-except=${options.extension}`, `--load-extension=${options.extension}`] : []
  if (options.privacySignal === 'dnt') await askNotToBeTracked(profile)
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    headless: true,
    args: [...quiet, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...extension],
    // Playwright turns extensions off by default.
    ignoreDefaultArgs: ['--disable-extensions'],
    viewport: { width: 1280, height: 800 },
  })
  const worker = options.extension ? (context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'))) : undefined
  // Chromium leaves Global Privacy Control to extensions, which set it in each page.
  if (options.privacySignal === 'gpc')
    await context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true }))
  // The host of the worker's address is the extension's id; Node's URL knows no origin for such addresses.
  const origin = worker ? `chrome-extension://${new URL(worker.url()).host}` : undefined
  const natives = new WeakMap<Page, PlaywrightPage>()
  return {
    name: 'chromium',
    context,
    native: (page) => natives.get(page)!,
    async newPage() {
      const native = await context.newPage()
      const page = adapt(native)
      natives.set(page, native)
      return page
    },
    extensionUrl: (path) => `${origin}/${path}`,
    async kill(page) {
      const native = natives.get(page)!
      const session = await context.newCDPSession(native)
      const isOver = native.waitForEvent('crash')
      // Of what has crashed there is no answer.
      session.send('Page.crash').catch(() => undefined)
      await isOver
    },
    async download(page, start) {
      const [download] = await Promise.all([natives.get(page)!.waitForEvent('download'), start()])
      return { name: download.suggestedFilename(), text: await readFile((await download.path())!, 'utf8') }
    },
    async close() {
      await context.close()
      if (!options.profile) await rm(profile, { recursive: true, force: true })
    },
  }
}
