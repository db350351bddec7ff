import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Database, open } from 'lmdb'

/**
 * Has one of the processes that share a directory do what one of them should do. It saves work and nothing depends on it: a process that was held up
 * may go on for a moment although another one has taken over.
 */
export interface Lease {
  /** Whether this process has it. Takes it when nobody has it, or who had it is silent; to be called again and again by who wants to keep it. */
  hold(): Promise<boolean>
  /** Leaves it to the next one who asks. */
  release(): Promise<void>
  close(): Promise<void>
}

/** Who has it, and how often that was said. */
interface Holder {
  id: string
  beat: number
}

const KEY = 'holder'
/** How often who has it says so, in ms. */
const BEAT_MS = 1_000
/** Who says nothing for so long, by the clock of who waits, has died. */
const SILENT_MS = 5_000

const isSame = (one: Holder | undefined, other: Holder | undefined): boolean => one?.id === other?.id && one?.beat === other?.beat

/** Opens the lease of a directory. A process that is killed with it keeps it until others have heard nothing of it for some seconds. */
export async function openLease(directory: string, silentMs = SILENT_MS): Promise<Lease> {
  await mkdir(directory, { recursive: true })
  const store: Database<Holder, string> = open({ path: join(directory, 'lease.mdb'), overlappingSync: false, compression: false })
  const id = randomUUID()
  /** What was found the last time, and since when it is like that, by the clock that is never set. */
  let found: Holder | undefined
  let since = 0

  function look(): Holder | undefined {
    store.resetReadTxn()
    const holder = store.get(KEY)
    if (!isSame(holder, found)) {
      found = holder
      since = performance.now()
    }
    return holder
  }

  /** Says that this process has it, unless another one has been faster. */
  const take = (instead: Holder | undefined): Promise<boolean> =>
    store.transaction(() => {
      if (!isSame(store.get(KEY), instead)) return false
      store.putSync(KEY, { id, beat: (instead?.beat ?? 0) + 1 })
      return true
    })

  return {
    async hold() {
      try {
        const holder = look()
        const silence = performance.now() - since
        if (holder?.id === id && silence < BEAT_MS) return true
        if (holder && holder.id !== id && silence < silentMs) return false
        return await take(holder)
      } catch {
        // A disk that is full keeps nobody from working.
        return true
      }
    },
    async release() {
      const release = (): void => {
        if (store.get(KEY)?.id === id) store.removeSync(KEY)
      }
      await store.transaction(release).catch(() => undefined)
    },
    close: () => store.close(),
  }
}
