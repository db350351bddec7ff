import { cp, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cached } from '@webwatch/tools/stack/cache.ts'
import { execa } from 'execa'
import { inject } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Stands for the collector's address in the one build that all tests of a run share. */
const SOME_COLLECTOR = 'http://collector.invalid'

const build = (browser: 'chromium' | 'firefox') =>
  cached(
    browser,
    async (directory) => {
      const env = { WEBWATCH_GRANTED_HOSTS: 'http://127.0.0.1/*', WEBWATCH_COLLECTOR_URL: SOME_COLLECTOR, WEBWATCH_OUT_DIR: directory }
      await execa('npx', ['vite', 'build', '--mode', browser === 'chromium' ? 'chrome' : 'firefox', '--logLevel', 'error'], {
        cwd: root,
        env,
      })
    },
    inject('builds'),
  )

/**
 * Builds the extension as it ships, but with the sites of 127.0.0.1 granted, since nobody can answer a prompt in a headless browser.
 * @param collector the collector's address
 * @returns the directory of the build
 */
export async function buildExtension(browser: 'chromium' | 'firefox', collector: string): Promise<string> {
  const directory = await mkdtemp(join(inject('builds'), `for-${browser}-`))
  await cp(await build(browser), directory, { recursive: true })
  for (const file of await readdir(directory, { recursive: true })) {
    if (!file.endsWith('.js')) continue
    const path = join(directory, file)
    const code = await readFile(path, 'utf8')
    if (code.includes(SOME_COLLECTOR)) await writeFile(path, code.replaceAll(SOME_COLLECTOR, collector))
  }
  return directory
}
