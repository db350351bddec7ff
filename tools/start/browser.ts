import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import webExt from 'web-ext'
import { consoleStream } from 'web-ext/util/logger'

/** A browser on this machine. */
export interface InstalledBrowser {
  name: string
  kind: 'chromium' | 'firefox'
  path: string
}

/** Names on the PATH first, then where installers put them on macOS and Windows. In the order of preference. */
const known: readonly { name: string; kind: InstalledBrowser['kind']; commands: readonly string[]; places: readonly string[] }[] = [
  {
    name: 'Chromium',
    kind: 'chromium',
    commands: ['chromium', 'chromium-browser'],
    places: ['/Applications/Chromium.app/Contents/MacOS/Chromium'],
  },
  {
    name: 'Google Chrome',
    kind: 'chromium',
    commands: ['google-chrome', 'google-chrome-stable'],
    places: [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
      'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    ],
  },
  {
    name: 'Microsoft Edge',
    kind: 'chromium',
    commands: ['microsoft-edge', 'microsoft-edge-stable'],
    places: [
      '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
      'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    ],
  },
  {
    name: 'Firefox',
    kind: 'firefox',
    commands: ['firefox', 'firefox-esr'],
    places: ['/Applications/Firefox.app/Contents/MacOS/firefox', 'C:\\Program Files\\Mozilla Firefox\\firefox.exe'],
  },
]

/** The first browser that is installed, of those that `wanted` allows (all, when left out). */
export function findBrowser(searchPath = process.env.PATH ?? '', wanted?: string): InstalledBrowser | undefined {
  const folders = searchPath.split(delimiter).filter(Boolean)
  for (const { name, kind, commands, places } of known) {
    if (wanted && !name.toLowerCase().includes(wanted.toLowerCase())) continue
    const candidates = [...commands.flatMap((command) => folders.map((folder) => join(folder, command))), ...places]
    const path = candidates.find((candidate) => existsSync(candidate))
    if (path) return { name, kind, path }
  }
  return undefined
}

/** Whether a window can appear at all. */
export const hasDisplay = (env: NodeJS.ProcessEnv = process.env, platform = process.platform): boolean =>
  platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)

/**
 * Opens a browser on a page, with the extension loaded and a profile that is thrown away at the end.
 * web-ext loads it over the DevTools pipe, which branded Chrome still allows; it refuses `--load-extension` since version 137.
 */
export async function openBrowser({ kind, path }: InstalledBrowser, dist: string, startUrl: string) {
  consoleStream.startCapturing()
  const common = { startUrl, noReload: true, noInput: true }
  // Chromium refuses to run as root with its sandbox.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return kind === 'chromium'
    ? webExt.cmd.run({ ...common, sourceDir: join(dist, 'chrome'), target: ['chromium'], chromiumBinary: path, args })
    : webExt.cmd.run({ ...common, sourceDir: join(dist, 'firefox'), target: ['firefox-desktop'], firefox: path })
}
