import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipOf } from '@webwatch/tools/package/zip.ts'
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

const { id } = manifest.browser_specific_settings.gecko

/** Puts an extension into a profile, where it stays, as one does that is installed from a store. */
export async function installFor(profile: string, extension: string): Promise<void> {
  await mkdir(join(profile, 'extensions'), { recursive: true })
  await writeFile(join(profile, 'extensions', `${id}.xpi`), await zipOf(extension))
}

/** The host of the extension's own pages, by which what it stores is found: the same whenever a profile is used. */
const hostIn = (profile: string) =>
  createHash('md5')
    .update(profile)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

/**
 * Starts a headless Firefox.
 * @param options with an extension (an absolute path) that is there until the browser is closed: see `installFor`
 */
export async function launchFirefox(options: LaunchOptions = {}): Promise<TabbedBrowser> {
  const downloads = await mkdtemp(join(tmpdir(), 'webwatch-downloads-'))
  const profile = options.profile ?? (await newProfile())
  const uuid = hostIn(profile)
  const browser = await start(profile, {
    // The folder for downloads of whoever runs the tests is not ours: 2 has Firefox use the one that is named.
    'browser.download.folderList': 2,
    'browser.download.dir': downloads,
    'extensions.webextensions.uuids': JSON.stringify({ [id]: uuid }),
    'extensions.webextOptionalPermissionPrompts': false,
    // Ours is not signed.
    'xpinstall.signatures.required': false,
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
