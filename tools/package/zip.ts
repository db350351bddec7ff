import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { type Zippable, zipSync } from 'fflate'

// The same files make the same archive, whenever it is made.
const DATE = new Date('2020-01-01T00:00:00')

/** All files of a directory as an archive, by their paths in it. */
export async function zipOf(directory: string): Promise<Uint8Array> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const files: Zippable = {}
  for (const path of paths.sort()) files[relative(directory, path).split(sep).join('/')] = [await readFile(path), { mtime: DATE }]
  return zipSync(files, { level: 9 })
}
