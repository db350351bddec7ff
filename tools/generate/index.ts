import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readOptions, UsageError } from '../options.ts'
import { generators } from './generators.ts'

const root = join(import.meta.dirname, '../..')

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

/** `npm run generate` writes the files that are not current; with `--check` it names them and fails. */
async function main(): Promise<void> {
  const { check } = readOptions('npm run generate [-- --check]', { options: { check: { type: 'boolean', default: false } } }).values
  const files = (await Promise.all(generators.map((generate) => generate()))).flat()
  let stale = 0
  for (const { path, text } of files) {
    const file = join(root, path)
    if ((await readIfThere(file)) === text) continue
    stale++
    if (!check) {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    }
    console.log(check ? `${path} is not current: npm run generate` : `wrote ${path}`)
  }
  if (check && stale > 0) process.exitCode = 1
  if (stale === 0) console.log(`All ${files.length} generated files are current.`)
}

await main().catch((error: Error) => {
  console.error(error instanceof UsageError ? error.message : error)
  process.exitCode = 1
})
