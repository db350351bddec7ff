import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Builds the extension as it ships, but with the sites of 127.0.0.1 granted, since nobody can answer a prompt in a headless browser.
 * @param collector the collector's address
 * @returns the directory of the build
 */
export async function buildExtension(browser: 'chromium' | 'firefox', collector: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `webwatch-${browser}-extension-`))
  const env = { WEBWATCH_GRANTED_HOSTS: 'http://127.0.0.1/*', WEBWATCH_COLLECTOR_URL: collector, WEBWATCH_OUT_DIR: directory }
  await execa('npx', ['vite', 'build', '--mode', browser === 'chromium' ? 'chrome' : 'firefox', '--logLevel', 'error'], { cwd: root, env })
  return directory
}
