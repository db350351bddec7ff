import type { TrackedEvent } from '@webwatch/events/envelope.ts'
import { type Identity, identityAt } from '../session.ts'

const IDENTITY = 'webwatch.identity'
const UNSENT = 'webwatch.unsent'
/** Most characters of unsent events that are kept for the next visit; the oldest go first. */
const CAPACITY = 1_000_000
/** Time in ms after which another tab may know better whether the visit goes on. */
const STALE = 60_000

/** What an earlier page, or another tab, could not send. */
export interface Unsent {
  events: readonly TrackedEvent[]
  /** Before this time the collector wants nothing, in ms since the epoch. */
  retryAt: number
}

/** Pages may not use storage at all (a sandboxed frame, a visitor's choice): then identity lasts as long as the page. */
function read<Value>(name: string): Value | undefined {
  try {
    return JSON.parse(localStorage[name])
  } catch (_unreadable) {
    return undefined
  }
}

/** @param value without one nothing stays there */
function write(name: string, value: unknown): void {
  try {
    if (value) localStorage[name] = JSON.stringify(value)
    else localStorage.removeItem(name)
  } catch (_full) {
    // Nothing is lost yet: the events are still in memory and go out with the next batch.
  }
}

let identity: Identity | undefined

/** The visitor and the visit at a time (ms since the epoch). A new one is kept at once, a later time with `saveIdentity`. */
export function identify(time: number): Identity {
  const before = identity
  if (!before || time - before.lastEventAt > STALE) identity = read<Identity>(IDENTITY) ?? before
  identity = identityAt(identity, time)
  if (identity.session !== before?.session) saveIdentity()
  return identity
}

/** Keeps the identity for the next page and for other tabs. */
export const saveIdentity = (): void => write(IDENTITY, identity)

/** What is kept of events that could not be sent. */
export function loadUnsent(): Unsent {
  const { events, retryAt } = read<Partial<Unsent>>(UNSENT) ?? {}
  return { events: Array.isArray(events) ? events : [], retryAt: Number(retryAt) || 0 }
}

/**
 * Keeps events that have not been acknowledged, besides those that are kept already, by other tabs too.
 * @param settled events that need not be kept any longer
 */
export function saveUnsent(waiting: Iterable<TrackedEvent>, retryAt: number, settled: readonly TrackedEvent[] = []): void {
  const all = new Map([...loadUnsent().events, ...waiting].map((event) => [event.id, event]))
  for (const { id } of settled) all.delete(id)
  let kept = [...all.values()]
  while (JSON.stringify(kept).length > CAPACITY) kept = kept.slice(kept.length / 10 + 1)
  write(UNSENT, kept[0] && { events: kept, retryAt })
}

/** Leaves nothing in the page's storage. */
export const forgetAll = (): void => {
  identity = undefined
  write(IDENTITY, identity)
  write(UNSENT, identity)
}
