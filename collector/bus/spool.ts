import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { open } from 'lmdb'
import { BusUnavailable } from '../errors.ts'
import { groupCommit } from '../group-commit.ts'

/** Records in the order in which they were accepted, on disk. */
export interface Spool<Item> {
  /**
   * Resolves once the items are on disk, behind all that came before.
   * @throws {BusUnavailable} when the spool or the disk is full
   */
  add(items: readonly Item[]): Promise<void>
  /** The oldest items, as many as were added at once. */
  oldest(): { items: readonly Item[]; remove(): Promise<void> } | undefined
  /** Items and bytes that wait. */
  depth(): { items: number; bytes: number }
  close(): Promise<void>
}

interface Entry<Item> {
  items: readonly Item[]
  bytes: number
}

export interface SpoolOptions<Item> {
  directory: string
  maxBytes: number
  sizeOf(item: Item): number
}

/** Most bytes in one commit, and so in one entry that is drained at once. */
const MAX_COMMIT_BYTES = 900_000

/**
 * Opens a queue in LMDB (https://www.symas.com/mdb): its commits are copy on write and flushed to disk before they are acknowledged, so a
 * process that is killed at any moment leaves a whole queue behind.
 */
export async function openSpool<Item>({ directory, maxBytes, sizeOf }: SpoolOptions<Item>): Promise<Spool<Item>> {
  await mkdir(directory, { recursive: true })
  // Without overlapping syncs a write resolves after its flush and not before.
  const store = open<Entry<Item>, number>({
    path: join(directory, 'spool.mdb'),
    keyEncoding: 'uint32',
    overlappingSync: false,
    compression: false,
  })
  let items = 0
  let bytes = 0
  let next = 1
  for (const { key, value } of store.getRange()) {
    items += value.items.length
    bytes += value.bytes
    next = key + 1
  }
  const group = groupCommit<readonly Item[], void>({
    maxWeight: MAX_COMMIT_BYTES,
    concurrency: 1,
    weigh: (added) => added.reduce((sum, item) => sum + sizeOf(item), 0),
    async commit(jobs) {
      const all = jobs.flat()
      const size = all.reduce((sum, item) => sum + sizeOf(item), 0)
      await store.put(next, { items: all, bytes: size }).catch((error: Error) => {
        throw new BusUnavailable(`the spool cannot be written: ${error.message}`)
      })
      next++
      items += all.length
      bytes += size
      return jobs.map(() => undefined)
    },
  })
  return {
    async add(added) {
      if (bytes + group.pending() > maxBytes) throw new BusUnavailable('the spool is full')
      return group.run(added)
    },
    oldest() {
      for (const { key, value } of store.getRange({ limit: 1 })) {
        const remove = async (): Promise<void> => {
          await store.remove(key)
          items -= value.items.length
          bytes -= value.bytes
        }
        return { items: value.items, remove }
      }
      return undefined
    },
    depth: () => ({ items, bytes }),
    async close() {
      await group.idle()
      await store.close()
    },
  }
}
