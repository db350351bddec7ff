import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Builds the collector for the tests of one run, which start many: a build starts faster than its source. Each run has a build of its own,
 * beside that of `npm run build`, so that none is taken away from under another.
 */
export default async function setup(): Promise<() => Promise<void>> {
  await mkdir(join(root, 'dist'), { recursive: true })
  const directory = await mkdtemp(join(root, 'dist', 'collector-'))
  await execa('npx', ['vite', 'build', '--mode', 'collector', '--outDir', directory, '--logLevel', 'error'], {
    cwd: root,
    stdout: 2,
    stderr: 2,
  })
  process.env.WEBWATCH_COLLECTOR = join(directory, 'index.js')
  return () => rm(directory, { recursive: true, force: true })
}
