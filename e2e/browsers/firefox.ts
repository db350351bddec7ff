import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch } from 'puppeteer-core'
import manifest from '../../manifest.json' with { type: 'json' }
import type { LaunchOptions, TabbedBrowser } from './browser.ts'
import { adapt, savedIn } from './puppeteer.ts'

/** The Firefox that Debian installs; `FIREFOX_PATH` names another. */
export const firefoxPath = process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr'

/** Starts a headless Firefox, with an extension when one is named (an absolute path). */
export async function launchFirefox(options: LaunchOptions = {}): Promise<TabbedBrowser> {
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
    newBackgroundPage: async () => adapt(await browser.newPage({ background: true })),
    download: (_page, start) => savedIn(downloads, start),
    extensionUrl: (path) => `moz-extension://${uuid}/${path}`,
    // With all others: which process is a page's nobody says.
    kill: async () => void browser.process()!.kill('SIGKILL'),
    async close() {
      await browser.close()
      await rm(downloads, { recursive: true, force: true })
    },
  }
}
