import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch } from 'puppeteer-core'
import type { LaunchOptions, TabbedBrowser } from './browser.ts'
import { chromiumPath, quiet } from './chromium.ts'
import { adapt, savedIn } from './puppeteer.ts'

/**
 * Starts a headless Chromium with tabs as its users have them: Playwright turns the back-forward cache off, takes every tab for the one that
 * is shown, and knows no prerendered pages.
 */
export async function launchTabbedChromium({ extension }: Pick<LaunchOptions, 'extension'> = {}): Promise<TabbedBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'webwatch-chromium-'))
  const downloads = join(profile, 'downloads')
  await mkdir(downloads)
  const browser = await launch({
    browser: 'chrome',
    executablePath: chromiumPath,
    headless: true,
    userDataDir: profile,
    args: [...quiet, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    downloadBehavior: { policy: 'allow', downloadPath: downloads },
    defaultViewport: { width: 1280, height: 800 },
    ...(extension && { pipe: true, enableExtensions: [extension] }),
  })
  const worker = extension && (await browser.waitForTarget((target) => target.type() === 'service_worker'))
  const origin = worker ? `chrome-extension://${new URL(worker.url()).host}` : undefined
  return {
    name: 'chromium',
    newPage: async () => adapt(await browser.newPage()),
    newBackgroundPage: async () => adapt(await browser.newPage({ background: true })),
    extensionUrl: (path) => `${origin}/${path}`,
    kill: async () => void browser.process()!.kill('SIGKILL'),
    download: (_page, start) => savedIn(downloads, start),
    async close() {
      await browser.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}
