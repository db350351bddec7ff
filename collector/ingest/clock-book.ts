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
  /** Resolves once the corrections of these events are on disk. An event that another process has corrected meanwhile is corrected alike. */
  keep(accepted: readonly Accepted[]): Promise<void>
  close(): Promise<void>
}

/** Events in each of two generations. */
const CAPACITY = 500_000

/** Which generation is written to, and how many events went into it. */
interface Turn {
  young: Generation
  count: number
}

/** How often is looked whether another process has written into a book that was empty: each event asks, and two looks cost as much as a third of its way. */
const LOOK_EVERY_MS = 1_000

const generations = ['events-a', 'events-b'] as const
type Generation = (typeof generations)[number]
const otherThan = (generation: Generation): Generation => generations.find((one) => one !== generation)!

/** The turn that a book is in which does not say so: it is from before processes could share one. */
function guessTurn(databases: Record<Generation, Database<number, string>>): Turn {
  const [a, b] = generations
  const young = databases[b].getCount() < databases[a].getCount() ? b : a
  return { young, count: databases[young].getCount() }
}

/** Corrects the time of an event by another amount than it was. */
function correct(one: Accepted, correction: number): void {
  const before = one.facts.skew ?? 0
  if (correction === before) return
  const { skew: _before, ...facts } = one.facts
  one.event.time += correction - before
  one.facts = correction === 0 ? facts : { ...facts, skew: correction }
}

/**
 * Opens the book, which holds the corrections of at least the last `capacity` events whose clock was wrong and of about twice as many at most:
 * when one generation is full, the one before it is forgotten as a whole. Processes that open one directory share the book, so whose turn it is
 * is read and written together with the corrections.
 */
export async function openClockBook(directory: string, capacity = CAPACITY): Promise<ClockBook> {
  await mkdir(directory, { recursive: true })
  const root = open({ path: join(directory, 'clock.mdb'), overlappingSync: false, compression: false })
  const databases: Record<Generation, Database<number, string>> = {
    'events-a': root.openDB({ name: 'events-a' }),
    'events-b': root.openDB({ name: 'events-b' }),
  }
  const turns: Database<Turn, string> = root.openDB({ name: 'turn' })
  /** What is on its way to the disk: a batch may come again before it is there. */
  const writing = new Map<string, number>()

  const known = (id: string): number | undefined => {
    for (const generation of generations) {
      const correction = databases[generation].get(id)
      if (correction !== undefined) return correction
    }
    return undefined
  }

  /** @returns what the book says, which is not always what it was given: whoever comes first is right */
  function put(corrections: ReadonlyMap<string, number>): Map<string, number> {
    let { young, count } = turns.get('now') ?? guessTurn(databases)
    if (count >= capacity) {
      young = otherThan(young)
      count = 0
      databases[young].clearSync()
    }
    const kept = new Map([...corrections].map(([id, correction]) => [id, known(id) ?? correction]))
    for (const [id, correction] of kept) databases[young].putSync(id, correction)
    turns.putSync('now', { young, count: count + corrections.size })
    return kept
  }

  let isEmpty = true
  let nextLook = 0
  function hasEvents(): boolean {
    if (isEmpty && performance.now() >= nextLook) {
      root.resetReadTxn()
      isEmpty = generations.every((generation) => databases[generation].getCount() === 0)
      nextLook = performance.now() + LOOK_EVERY_MS
    }
    return !isEmpty
  }

  return {
    of: (id) => writing.get(id) ?? (hasEvents() ? known(id) : undefined),
    async keep(accepted) {
      const corrections = new Map(accepted.map(({ event, facts }) => [event.id, facts.skew ?? 0]))
      for (const [id, correction] of corrections) writing.set(id, correction)
      // The view of a process that was killed would keep all that has been forgotten since in the file.
      root.readerCheck()
      try {
        const kept = await root.transaction(() => put(corrections))
        isEmpty = false
        for (const one of accepted) correct(one, kept.get(one.event.id)!)
      } catch (error) {
        throw new BusUnavailable(`the clock book cannot be written: ${await commitFailure(error as Error)}`)
      } finally {
        for (const id of corrections.keys()) writing.delete(id)
      }
    },
    close: () => root.close(),
  }
}
