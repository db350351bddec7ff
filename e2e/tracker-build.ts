import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The script tag's tracker as it ships. */
export interface TrackerBuild {
  script: string
  /** What goes into the tag's `integrity`. */
  integrity: string
  /** Path of its types. */
  types: string
}

/** Builds it into a directory of its own. */
export async function buildTracker(): Promise<TrackerBuild> {
  const directory = await mkdtemp(join(tmpdir(), 'webwatch-tracker-'))
  await execa('npx', ['vite', 'build', '--mode', 'tracker', '--outDir', directory, '--logLevel', 'error'], { cwd: root })
  const read = (name: string) => readFile(join(directory, name), 'utf8')
  return { script: await read('tracker.js'), integrity: (await read('tracker.js.sri')).trim(), types: join(directory, 'tracker.d.ts') }
}
