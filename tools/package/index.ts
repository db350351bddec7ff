import { writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { zipOf } from './zip.ts'

const dist = fileURLToPath(new URL('../../dist', import.meta.url))

/** `npm run package`: builds the extension and writes what the stores take, with the manifest at the archive's root. */
for (const browser of ['chrome', 'firefox']) {
  await execa('npm', ['run', '--silent', `build:${browser}`], { stdio: ['ignore', 2, 2] })
  const target = join(dist, `webwatch-${browser}.zip`)
  await writeFile(target, await zipOf(join(dist, browser)))
  console.log(relative(process.cwd(), target))
}
