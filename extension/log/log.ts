import type { BatchContext, TrackedEvent } from '@webwatch/events'
import { eventTypes } from '@webwatch/events'
import { announce } from './changes.ts'
import { openLog } from './database.ts'
import { isWaiting, type LogEntry, type Reason, type State, states } from './entry.ts'

/** Most events that wait for the collector; past it, bulk events make room first, the oldest first. */
export const MAX_WAITING = 50_000
/** Most events that are kept after their fate is settled, whatever it was. */
const MAX_SETTLED = 50_000
/** Old events are removed so many at a time, so that a full log does not pay for it with every event. */
const SLACK = 1_000

const bulk = new Set<string>(eventTypes.filter(({ weight }) => weight === 'bulk').map(({ type }) => type))
const waiting = states.filter((state) => isWaiting({ state }))
const settled = states.filter((state) => !isWaiting({ state }))
const everything = (...prefix: string[]) => IDBKeyRange.bound([...prefix, 0], [...prefix, Number.POSITIVE_INFINITY])

/**
 * Writes events to disk. It resolves when they are there; an event that is there already is left as it is.
 * @returns how many were new
 */
export async function append(events: readonly TrackedEvent[], tab: number, context: BatchContext): Promise<number> {
  const db = await openLog()
  const transaction = db.transaction('events', 'readwrite', { durability: 'strict' })
  const entries: LogEntry[] = []
  for (const event of events) {
    if (await transaction.store.index('id').getKey(event.id)) continue
    const weight = bulk.has(event.type) ? 'bulk' : 'normal'
    const entry = { id: event.id, site: event.site, tab, state: 'queued', weight, updatedAt: Date.now(), event, context } as LogEntry
    entry.order = await transaction.store.add(entry)
    entries.push(entry)
  }
  await transaction.done
  announce({ kind: 'entries', entries })
  return entries.length
}

/** How many events are in one of these states. */
async function countOf(these: readonly State[]): Promise<number> {
  const db = await openLog()
  const counts = await Promise.all(these.map((state) => db.countFromIndex('events', 'state', everything(state))))
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Drops waiting events beyond their bound. */
async function dropExcess(): Promise<void> {
  const db = await openLog()
  let excess = (await countOf(['queued'])) - MAX_WAITING
  for (const weight of ['bulk', 'normal']) {
    if (excess <= 0) break
    const victims = await db.getAllFromIndex('events', 'weight', everything('queued', weight), excess)
    const reason = { code: 'queue_full', message: `More than ${MAX_WAITING} events waited for the collector.` }
    await setState(
      victims.map(({ order }) => order),
      'dropped',
      () => reason,
    )
    excess -= victims.length
  }
}

/** Forgets the oldest settled events beyond their bound. */
async function forgetOldest(): Promise<void> {
  const excess = (await countOf(settled)) - MAX_SETTLED
  if (excess <= SLACK) return
  const db = await openLog()
  // The index knows the order within a state: the oldest of all are among the oldest of each.
  const oldest = await Promise.all(settled.map((state) => db.getAllKeysFromIndex('events', 'state', everything(state), excess)))
  const orders = oldest.flat().sort((one, other) => one - other)
  const transaction = db.transaction('events', 'readwrite')
  for (const order of orders.slice(0, excess)) await transaction.store.delete(order)
  await transaction.done
}

/** Keeps the log within its bounds. */
export async function trim(): Promise<void> {
  await dropExcess()
  await forgetOldest()
}

/** The oldest waiting events that can go in one batch: of one site and one context. They are marked as sent. */
export async function takeBatch(limit: number): Promise<LogEntry[]> {
  const db = await openLog()
  const candidates = await db.getAllFromIndex('events', 'state', everything('queued'), limit)
  const [first] = candidates
  if (!first) return []
  const context = JSON.stringify(first.context)
  const batch = candidates.filter((entry) => entry.site === first.site && JSON.stringify(entry.context) === context)
  return setState(
    batch.map(({ order }) => order),
    'sent',
  )
}

/** Changes the state of events, and says so to who is looking. */
export async function setState(
  orders: readonly number[],
  state: State,
  reasonOf?: (entry: LogEntry) => Reason | undefined,
): Promise<LogEntry[]> {
  const db = await openLog()
  const transaction = db.transaction('events', 'readwrite')
  const changed: LogEntry[] = []
  for (const order of orders) {
    const entry = await transaction.store.get(order)
    if (!entry) continue
    const { reason: _before, ...rest } = entry
    const reason = reasonOf?.(entry)
    const next: LogEntry = { ...rest, state, updatedAt: Date.now(), ...(reason ? { reason } : {}) }
    changed.push(next)
    await transaction.store.put(next)
  }
  await transaction.done
  announce({ kind: 'entries', entries: changed })
  return changed
}

/** Puts events back into the queue that are marked as sent. Call it while nothing is on its way. */
export async function requeueSent(): Promise<void> {
  const db = await openLog()
  const orders = await db.getAllKeysFromIndex('events', 'state', everything('sent'))
  if (orders.length > 0) await setState(orders, 'queued')
}

/** How many events wait for the collector. */
export const countWaiting = (): Promise<number> => countOf(waiting)

/** Every event of a site, the oldest first. */
export async function entriesOf(site: string): Promise<LogEntry[]> {
  return (await openLog()).getAllFromIndex('events', 'site', everything(site))
}

/** Forgets the settled events of a site: those that wait are still to be delivered. */
export async function clear(site: string): Promise<void> {
  const db = await openLog()
  const transaction = db.transaction('events', 'readwrite')
  for (let cursor = await transaction.store.index('site').openCursor(everything(site)); cursor; cursor = await cursor.continue()) {
    if (!isWaiting(cursor.value)) await cursor.delete()
  }
  await transaction.done
  announce({ kind: 'cleared', site })
}

/** Forgets every event, the waiting ones too. */
export async function forgetAll(): Promise<void> {
  await (await openLog()).clear('events')
  announce({ kind: 'cleared', site: null })
}
