import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Database, open } from 'lmdb'
import { BusUnavailable } from '../errors.ts'
import { commitFailure } from '../lmdb.ts'
import type { Accepted } from '../record.ts'

/** Corrections in ms by the ids of events. */
export type Corrections = Readonly<Record<string, number>>

/**
 * By how much the times of events were corrected. A correction is measured when a batch arrives, so a batch that comes again, since its
 * answer was lost with the collector, would be measured anew, a little differently, and stored at two times. What is in the book is not.
 */
export interface ClockBook {
  /** Corrections that were made before for events of a page view. */
  of(page: string): Corrections | undefined
  /** Resolves once the corrections of these events are on disk. */
  keep(accepted: readonly Accepted[]): Promise<void>
  close(): Promise<void>
}

/** Page views in each of two generations. */
const CAPACITY = 100_000

/**
 * Opens the book, which holds the corrections of at least the last `capacity` page views whose clock was wrong and of at most twice as many:
 * when one generation is full, the one before it is forgotten as a whole.
 */
export async function openClockBook(directory: string, capacity = CAPACITY): Promise<ClockBook> {
  await mkdir(directory, { recursive: true })
  const root = open({ path: join(directory, 'clock.mdb'), overlappingSync: false, compression: false })
  let young: Database<Corrections, string> = root.openDB({ name: 'a' })
  let old: Database<Corrections, string> = root.openDB({ name: 'b' })
  if (old.getCount() < young.getCount()) [young, old] = [old, young]
  let pages = young.getCount()
  let isEmpty = pages + old.getCount() === 0
  /** What is on its way to the disk: a batch may come again before it is there. */
  const writing = new Map<string, Corrections>()
  const find = (page: string): Corrections | undefined => writing.get(page) ?? young.get(page) ?? old.get(page)

  function turn(): void {
    if (pages < capacity) return
    old.clearSync()
    ;[young, old] = [old, young]
    pages = 0
  }

  return {
    of: (page) => (isEmpty ? undefined : find(page)),
    async keep(accepted) {
      const byPage = new Map<string, Record<string, number>>()
      for (const { event, facts } of accepted) {
        const corrections = byPage.get(event.page) ?? { ...find(event.page) }
        corrections[event.id] = facts.skew ?? 0
        byPage.set(event.page, corrections)
      }
      turn()
      isEmpty = false
      pages += byPage.size
      const puts = [...byPage].map(async ([page, corrections]) => {
        writing.set(page, corrections)
        await young.put(page, corrections)
        if (writing.get(page) === corrections) writing.delete(page)
      })
      await Promise.all(puts).catch(async (error: Error) => {
        throw new BusUnavailable(`the clock book cannot be written: ${await commitFailure(error)}`)
      })
    },
    close: () => root.close(),
  }
}
