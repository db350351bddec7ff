import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cached } from '@webwatch/tools/stack/cache.ts'
import { launch } from 'puppeteer-core'
import { inject } from 'vitest'
import manifest from '../../manifest.json' with { type: 'json' }
import type { LaunchOptions, TabbedBrowser } from './browser.ts'
import { adapt, savedIn } from './puppeteer.ts'

/** The Firefox that Debian installs; `FIREFOX_PATH` names another. */
export const firefoxPath = process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr'

const start = (userDataDir: string, extraPrefsFirefox: Record<string, unknown> = {}) =>
  launch({
    browser: 'firefox',
    executablePath: firefoxPath,
    headless: true,
    args: ['--remote-allow-system-access'],
    userDataDir,
    defaultViewport: { width: 1280, height: 800 },
    extraPrefsFirefox,
  })

/** A profile as Firefox leaves it after a start at which nothing was done: to make one is half of the work of a start, so all of a run are copies of one. */
const untouchedProfile = () => cached('firefox-profile', async (profile) => void (await (await start(profile)).close()), inject('builds'))

async function newProfile(): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'webwatch-firefox-'))
  await cp(await untouchedProfile(), profile, { recursive: true })
  return profile
}

/** Starts a headless Firefox, with an extension when one is named (an absolute path). */
export async function launchFirefox(options: LaunchOptions = {}): Promise<TabbedBrowser> {
  const uuid = randomUUID()
  const downloads = await mkdtemp(join(tmpdir(), 'webwatch-downloads-'))
  const profile = options.profile ?? (await newProfile())
  const browser = await start(profile, {
    // The folder for downloads of whoever runs the tests is not ours: 2 has Firefox use the one that is named.
    'browser.download.folderList': 2,
    'browser.download.dir': downloads,
    'extensions.webextensions.uuids': JSON.stringify({ [manifest.browser_specific_settings.gecko.id]: uuid }),
    'extensions.webextOptionalPermissionPrompts': false,
    'media.autoplay.default': 0,
    'privacy.donottrackheader.enabled': options.privacySignal === 'dnt',
    'privacy.globalprivacycontrol.enabled': options.privacySignal === 'gpc',
    'privacy.globalprivacycontrol.functionality.enabled': true,
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
      if (!options.profile) await rm(profile, { recursive: true, force: true })
    },
  }
}
