import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cached } from '@webwatch/tools/stack/cache.ts'
import { execa } from 'execa'
import { inject } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The script tag's tracker as it ships. */
export interface TrackerBuild {
  script: string
  /** What goes into the tag's `integrity`. */
  integrity: string
  /** Path of its types. */
  types: string
}

/** Builds it, once for all tests of a run. */
export async function buildTracker(): Promise<TrackerBuild> {
  const directory = await cached(
    'tracker',
    async (draft) => {
      await execa('npx', ['vite', 'build', '--mode', 'tracker', '--outDir', draft, '--logLevel', 'error'], { cwd: root })
    },
    inject('builds'),
  )
  const read = (name: string) => readFile(join(directory, name), 'utf8')
  return { script: await read('tracker.js'), integrity: (await read('tracker.js.sri')).trim(), types: join(directory, 'tracker.d.ts') }
}
