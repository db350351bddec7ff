import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import lockfile from 'proper-lockfile'

/** Where servers that were built once are kept, by name and version. */
export const cacheDirectory = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'webwatch')

const LOCK = {
  stale: 30_000,
  update: 5_000,
  // A cold build of InfluxDB takes minutes: another process waits for it rather than building a second one.
  retries: { retries: 900, factor: 1, minTimeout: 1_000, maxTimeout: 1_000 },
}

/**
 * Gives the directory of a cached thing, and makes it when it is missing.
 * @param name the thing and its version: the directory's name
 * @param make fills an empty directory; the result appears under its name only when it is complete
 * @param cache the directory that holds it
 */
export async function cached(name: string, make: (directory: string) => Promise<void>, cache = cacheDirectory): Promise<string> {
  const directory = join(cache, name)
  if (existsSync(directory)) return directory
  await mkdir(cache, { recursive: true })
  const release = await lockfile.lock(directory, { ...LOCK, realpath: false })
  try {
    if (existsSync(directory)) return directory
    const draft = await mkdtemp(join(dirname(directory), `.${name}-`))
    try {
      await make(draft)
      await rename(draft, directory)
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
  } finally {
    await release()
  }
  return directory
}
