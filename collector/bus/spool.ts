import { mkdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import { BusUnavailable } from '../errors.ts'
import { groupCommit } from '../group-commit.ts'
import { commitFailure } from '../lmdb.ts'

/** Records in the order in which they were accepted, on disk. Processes that open one directory share what is in it. */
export interface Spool<Item> {
  /**
   * Resolves once the items are on disk, behind all that came before.
   * @throws {BusUnavailable} when the spool or the disk is full
   */
  add(items: readonly Item[]): Promise<void>
  /**
   * The oldest items, as many as were added at once. `postpone` removes them too, but for some that it puts behind all others. After `remove` they are not given again by this process. A disk that is full cannot
   * even be written to forget something: then they are removed with a later entry, and a process that starts before that gives them again.
   * Two processes may be given the same items.
   */
  oldest(): Oldest<Item> | undefined
  /** Items and bytes that wait, whichever process has added them. */
  depth(): Depth
  close(): Promise<void>
}

/** What is drained next. */
export interface Oldest<Item> {
  items: readonly Item[]
  remove(): Promise<void>
  /** @throws {BusUnavailable} when the disk is full */
  postpone(rest: readonly Item[]): Promise<void>
}

interface Depth {
  items: number
  bytes: number
}

interface Entry<Item> {
  items: readonly Item[]
  bytes: number
}

/** What lies in the file, and the key of the next entry. It only ever grows, so that a key stands for one entry for good. */
interface Contents extends Depth {
  next: number
}

export interface SpoolOptions<Item> {
  directory: string
  maxBytes: number
  /** Bytes of the disk that are left to others, and to the removal of what was added. */
  reserveBytes?: number
  sizeOf(item: Item): number
}

/** Where the contents are told; entries have the keys behind it. */
const CONTENTS = 0
const nothing: Contents = { items: 0, bytes: 0, next: CONTENTS + 1 }
/** Most bytes in one commit, and so in one entry that is drained at once. */
const MAX_COMMIT_BYTES = 900_000
/** Twice as much as a few large commits write at once. */
const RESERVE_BYTES = 16 * 1024 * 1024
const PAGE_BYTES = 4096
/** What LMDB and the encoding of an entry take, in proportion to it. */
const OVERHEAD = 1.25

type Store<Item> = RootDatabase<Entry<Item> | Contents, number>

const contentsOf = <Item>(store: Store<Item>): Contents => (store.get(CONTENTS) as Contents | undefined) ?? nothing

/** Counts the entries of a file that does not tell its contents yet. */
function count<Item>(store: Store<Item>): void {
  if (store.get(CONTENTS)) return
  const contents = { ...nothing }
  for (const { key, value } of store.getRange({ start: CONTENTS + 1 })) {
    const { items, bytes } = value as Entry<Item>
    contents.items += items.length
    contents.bytes += bytes
    contents.next = key + 1
  }
  store.putSync(CONTENTS, contents)
}

/**
 * Opens a queue in LMDB (https://www.symas.com/mdb): its commits are copy on write and flushed to disk before they are acknowledged, so a
 * process that is killed at any moment leaves a whole queue behind. LMDB lets one process write at a time: whatever depends on what is in
 * the file is read and written in one transaction.
 */
export async function openSpool<Item>(options: SpoolOptions<Item>): Promise<Spool<Item>> {
  const { directory, maxBytes, reserveBytes = RESERVE_BYTES, sizeOf } = options
  await mkdir(directory, { recursive: true })
  const path = join(directory, 'spool.mdb')
  const store: Store<Item> = open({
    path,
    keyEncoding: 'uint32',
    // Without overlapping syncs a write resolves after its flush and not before.
    overlappingSync: false,
    compression: false,
    // Address space, not disk: twice what may lie in it, for LMDB's own pages and copies.
    mapSize: Math.ceil((2 * maxBytes + reserveBytes) / PAGE_BYTES) * PAGE_BYTES,
  })
  const unwritable = async (error: Error): Promise<never> => {
    throw new BusUnavailable(`the spool cannot be written: ${await commitFailure(error)}`)
  }
  await store.transaction(() => count(store)).catch(unwritable)
  /** Entries before this one are done with, but for the removal of `done` from the disk. */
  let head = CONTENTS + 1
  const done = new Map<number, Depth>()

  /** What the file says now, and not when this process read it last. */
  function look(): Contents {
    store.resetReadTxn()
    return contentsOf(store)
  }

  /** LMDB needs room to write before it frees any, so a disk must never become quite full by us. Its file keeps its size, for the next time. */
  async function checkRoom(size: number): Promise<void> {
    const [{ bavail, bsize }, file] = await Promise.all([statfs(directory), stat(path)])
    const vacant = Math.max(0, file.size - look().bytes * OVERHEAD)
    if (bavail * bsize + vacant < size * OVERHEAD + reserveBytes) throw new BusUnavailable('the disk of the spool is full')
  }

  async function commitEntry(entry: Entry<Item>): Promise<void> {
    // The view of a process that was killed would keep all that has been removed since in the file.
    store.readerCheck()
    await checkRoom(entry.bytes)
    const put = (): boolean => {
      const { next, items, bytes } = contentsOf(store)
      if (bytes > maxBytes) return false
      store.putSync(next, entry)
      store.putSync(CONTENTS, { next: next + 1, items: items + entry.items.length, bytes: bytes + entry.bytes })
      return true
    }
    if (!(await store.transaction(put).catch(unwritable))) throw new BusUnavailable('the spool is full')
  }

  async function removeDone(): Promise<void> {
    const going = [...done]
    const removal = store.transaction(() => {
      const left = { ...contentsOf(store) }
      for (const [key, { items, bytes }] of going) {
        // Another process may have been faster.
        if (!store.doesExist(key)) continue
        store.removeSync(key)
        left.items -= items
        left.bytes -= bytes
      }
      store.putSync(CONTENTS, left)
    })
    await removal.then(
      () => {
        for (const [key] of going) done.delete(key)
      },
      // The room comes back with the next removal that works.
      (error: Error) => commitFailure(error),
    )
  }

  const sizeOfAll = (items: readonly Item[]): number => items.reduce((sum, item) => sum + sizeOf(item), 0)

  async function moveBehind(key: number, rest: readonly Item[]): Promise<void> {
    const moved = { items: rest, bytes: sizeOfAll(rest) }
    await store
      .transaction(() => {
        const entry = store.get(key) as Entry<Item> | undefined
        // Another process has done something about them.
        if (!entry) return
        const { next, items, bytes } = contentsOf(store)
        store.removeSync(key)
        store.putSync(next, moved)
        const change = { items: rest.length - entry.items.length, bytes: moved.bytes - entry.bytes }
        store.putSync(CONTENTS, { next: next + 1, items: items + change.items, bytes: bytes + change.bytes })
      })
      .catch(unwritable)
    head = key + 1
  }

  const group = groupCommit<readonly Item[], void>({
    maxWeight: MAX_COMMIT_BYTES,
    concurrency: 1,
    weigh: sizeOfAll,
    async commit(jobs) {
      const all = jobs.flat()
      await commitEntry({ items: all, bytes: sizeOfAll(all) })
      return jobs.map(() => undefined)
    },
  })

  return {
    async add(added) {
      if (look().bytes + group.pending() > maxBytes) throw new BusUnavailable('the spool is full')
      return group.run(added)
    },
    oldest() {
      store.resetReadTxn()
      for (const { key, value } of store.getRange({ start: head, limit: 1 })) {
        const { items, bytes } = value as Entry<Item>
        const remove = async (): Promise<void> => {
          head = key + 1
          done.set(key, { items: items.length, bytes })
          await removeDone()
        }
        return { items, remove, postpone: (rest) => moveBehind(key, rest) }
      }
      return undefined
    },
    depth() {
      const { items, bytes } = look()
      const gone = [...done.values()]
      return {
        items: Math.max(
          0,
          gone.reduce((rest, entry) => rest - entry.items, items),
        ),
        bytes: Math.max(
          0,
          gone.reduce((rest, entry) => rest - entry.bytes, bytes),
        ),
      }
    },
    async close() {
      await group.idle()
      if (done.size > 0) await removeDone()
      await store.close()
    },
  }
}
