import { mkdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import { BusUnavailable } from '../errors.ts'
import { groupCommit } from '../group-commit.ts'
import { commitFailure } from '../lmdb.ts'

/** Records in the order in which they were accepted, on disk. */
export interface Spool<Item> {
  /**
   * Resolves once the items are on disk, behind all that came before.
   * @throws {BusUnavailable} when the spool or the disk is full
   */
  add(items: readonly Item[]): Promise<void>
  /**
   * The oldest items, as many as were added at once. After `remove` they are not given again by this process. A disk that is full cannot
   * even be written to forget something: then they are removed with a later entry, and a process that starts before that gives them again.
   */
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
  /** Bytes of the disk that are left to others, and to the removal of what was added. */
  reserveBytes?: number
  sizeOf(item: Item): number
}

/** Most bytes in one commit, and so in one entry that is drained at once. */
const MAX_COMMIT_BYTES = 900_000
/** Twice as much as a few large commits write at once. */
const RESERVE_BYTES = 16 * 1024 * 1024
const PAGE_BYTES = 4096
/** What LMDB and the encoding of an entry take, in proportion to it. */
const OVERHEAD = 1.25

/** Counts what an earlier process left, and gives the key of the next entry. */
function leftIn<Item>(store: RootDatabase<Entry<Item>, number>): { items: number; bytes: number; next: number } {
  const left = { items: 0, bytes: 0, next: 1 }
  for (const { key, value } of store.getRange()) {
    left.items += value.items.length
    left.bytes += value.bytes
    left.next = key + 1
  }
  return left
}

/**
 * Opens a queue in LMDB (https://www.symas.com/mdb): its commits are copy on write and flushed to disk before they are acknowledged, so a
 * process that is killed at any moment leaves a whole queue behind.
 */
export async function openSpool<Item>(options: SpoolOptions<Item>): Promise<Spool<Item>> {
  const { directory, maxBytes, reserveBytes = RESERVE_BYTES, sizeOf } = options
  await mkdir(directory, { recursive: true })
  const path = join(directory, 'spool.mdb')
  const store = open<Entry<Item>, number>({
    path,
    keyEncoding: 'uint32',
    // Without overlapping syncs a write resolves after its flush and not before.
    overlappingSync: false,
    compression: false,
    // Address space, not disk: twice what may lie in it, for LMDB's own pages and copies.
    mapSize: Math.ceil((2 * maxBytes + reserveBytes) / PAGE_BYTES) * PAGE_BYTES,
  })
  let { items, bytes, next } = leftIn(store)
  /** Entries before this one are done with, but for their removal from the disk. */
  let head = 0
  let lastRemoved = 0

  /** LMDB needs room to write before it frees any, so a disk must never become quite full by us. Its file keeps its size, for the next time. */
  async function checkRoom(size: number): Promise<void> {
    const [{ bavail, bsize }, file] = await Promise.all([statfs(directory), stat(path)])
    const vacant = Math.max(0, file.size - bytes * OVERHEAD)
    if (bavail * bsize + vacant < size * OVERHEAD + reserveBytes) throw new BusUnavailable('the disk of the spool is full')
  }

  async function commitEntry(entry: Entry<Item>): Promise<void> {
    await checkRoom(entry.bytes)
    const key = next++
    await store.put(key, entry).catch(async (error: Error) => {
      throw new BusUnavailable(`the spool cannot be written: ${await commitFailure(error)}`)
    })
    items += entry.items.length
    bytes += entry.bytes
  }

  async function removeDone(): Promise<void> {
    const removals: Promise<boolean>[] = []
    const upTo = head
    for (const key of store.getKeys({ end: upTo })) removals.push(store.remove(key))
    await Promise.all(removals).then(
      () => {
        lastRemoved = upTo
      },
      // The room comes back with the next removal that works.
      (error: Error) => commitFailure(error),
    )
  }

  const group = groupCommit<readonly Item[], void>({
    maxWeight: MAX_COMMIT_BYTES,
    concurrency: 1,
    weigh: (added) => added.reduce((sum, item) => sum + sizeOf(item), 0),
    async commit(jobs) {
      const all = jobs.flat()
      await commitEntry({ items: all, bytes: all.reduce((sum, item) => sum + sizeOf(item), 0) })
      return jobs.map(() => undefined)
    },
  })

  return {
    async add(added) {
      if (bytes + group.pending() > maxBytes) throw new BusUnavailable('the spool is full')
      return group.run(added)
    },
    oldest() {
      for (const { key, value } of store.getRange({ start: head, limit: 1 })) {
        const remove = async (): Promise<void> => {
          head = key + 1
          items -= value.items.length
          bytes -= value.bytes
          await removeDone()
        }
        return { items: value.items, remove }
      }
      return undefined
    },
    depth: () => ({ items, bytes }),
    async close() {
      await group.idle()
      if (lastRemoved < head) await removeDone()
      await store.close()
    },
  }
}
