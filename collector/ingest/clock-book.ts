import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Database, open } from 'lmdb'
import { BusUnavailable } from '../errors.ts'
import { commitFailure } from '../lmdb.ts'
import type { Accepted } from '../record.ts'

/**
 * By how much the times of events were corrected. A correction is measured when a batch arrives, so a batch that comes again, since its
 * answer was lost with the collector, would be measured anew, a little differently, and stored at two times. What is in the book is not.
 */
export interface ClockBook {
  /** The correction in ms that was made before for the event with this id. */
  of(id: string): number | undefined
  /** Resolves once the corrections of these events are on disk. */
  keep(accepted: readonly Accepted[]): Promise<void>
  close(): Promise<void>
}

/** Events in each of two generations. */
const CAPACITY = 500_000

/**
 * Opens the book, which holds the corrections of at least the last `capacity` events whose clock was wrong and of about twice as many at most:
 * when one generation is full, the one before it is forgotten as a whole.
 */
export async function openClockBook(directory: string, capacity = CAPACITY): Promise<ClockBook> {
  await mkdir(directory, { recursive: true })
  const root = open({ path: join(directory, 'clock.mdb'), overlappingSync: false, compression: false })
  let young: Database<number, string> = root.openDB({ name: 'events-a' })
  let old: Database<number, string> = root.openDB({ name: 'events-b' })
  if (old.getCount() < young.getCount()) [young, old] = [old, young]
  let count = young.getCount()
  let isEmpty = count + old.getCount() === 0
  /** What is on its way to the disk: a batch may come again before it is there. */
  const writing = new Map<string, number>()

  function turn(): void {
    if (count < capacity) return
    old.clearSync()
    ;[young, old] = [old, young]
    count = 0
  }

  async function put(id: string, correction: number): Promise<void> {
    writing.set(id, correction)
    try {
      await young.put(id, correction)
    } finally {
      writing.delete(id)
    }
  }

  return {
    of: (id) => (isEmpty ? undefined : (writing.get(id) ?? young.get(id) ?? old.get(id))),
    async keep(accepted) {
      turn()
      isEmpty = false
      count += accepted.length
      await Promise.all(accepted.map(({ event, facts }) => put(event.id, facts.skew ?? 0))).catch(async (error: Error) => {
        throw new BusUnavailable(`the clock book cannot be written: ${await commitFailure(error)}`)
      })
    },
    close: () => root.close(),
  }
}
