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
  events: TrackedEvent[]
  /** Before this time the collector wants nothing, in ms since the epoch. */
  retryAt: number
}

/** Pages may not use storage at all (a sandboxed frame, a visitor's choice): then identity lasts as long as the page. */
function read<Value>(name: string): Value | undefined {
  try {
    return JSON.parse(localStorage.getItem(name) ?? 'null') ?? undefined
  } catch (_unreadable) {
    return undefined
  }
}

function write(name: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(name)
    else localStorage.setItem(name, JSON.stringify(value))
  } catch (_full) {
    // Nothing is lost yet: the events are still in memory and go out with the next batch.
  }
}

let identity: Identity | undefined
let isSaved = true

/** The visitor and the visit at a time (ms since the epoch). A new one is kept at once, a later time with `saveIdentity`. */
export function identify(time: number): Identity {
  const known = identity && time - identity.lastEventAt < STALE ? identity : (read<Identity>(IDENTITY) ?? identity)
  const next = identityAt(known, time)
  const isNew = next.session !== identity?.session
  identity = next
  isSaved = false
  if (isNew) saveIdentity()
  return next
}

/** Keeps the identity for the next page and for other tabs. */
export function saveIdentity(): void {
  if (!isSaved) write(IDENTITY, identity)
  isSaved = true
}

/** What is kept of events that could not be sent. */
export function loadUnsent(): Unsent {
  const { events, retryAt } = read<Partial<Unsent>>(UNSENT) ?? {}
  return { events: Array.isArray(events) ? events : [], retryAt: Number(retryAt) || 0 }
}

/**
 * Keeps events that have not been acknowledged, besides those that other tabs keep.
 * @param settled ids of events that need not be kept any longer
 */
export function saveUnsent(events: readonly TrackedEvent[], settled: ReadonlySet<string>, retryAt: number): void {
  const own = new Set(events.map(({ id }) => id))
  const others = loadUnsent().events.filter(({ id }) => !own.has(id) && !settled.has(id))
  const kept = [...others, ...events]
  while (JSON.stringify(kept).length > CAPACITY) kept.splice(0, Math.ceil(kept.length / 10))
  write(UNSENT, kept.length > 0 ? { events: kept, retryAt } : undefined)
}

/** Leaves nothing in the page's storage. */
export function forgetAll(): void {
  identity = undefined
  isSaved = true
  write(IDENTITY, undefined)
  write(UNSENT, undefined)
}
