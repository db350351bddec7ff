import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { type Zippable, zipSync } from 'fflate'

const dist = fileURLToPath(new URL('../../dist', import.meta.url))
// The same files make the same archive, whenever it is made.
const DATE = new Date('2020-01-01T00:00:00')

async function filesOf(directory: string): Promise<Zippable> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const files: Zippable = {}
  for (const path of paths.sort()) files[relative(directory, path).split(sep).join('/')] = [await readFile(path), { mtime: DATE }]
  return files
}

/** `npm run package`: builds the extension and writes what the stores take, with the manifest at the archive's root. */
for (const browser of ['chrome', 'firefox']) {
  await execa('npm', ['run', '--silent', `build:${browser}`], { stdio: ['ignore', 2, 2] })
  const target = join(dist, `webwatch-${browser}.zip`)
  await writeFile(target, zipSync(await filesOf(join(dist, browser)), { level: 9 }))
  console.log(relative(process.cwd(), target))
}
