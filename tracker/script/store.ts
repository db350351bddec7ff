import type { TrackedEvent } from '@webwatch/events/envelope.ts'
import { type Identity, identityAt } from '../session.ts'

const IDENTITY = 'webwatch.identity'
const UNSENT = 'webwatch.unsent'
/** Most characters of unsent events that are kept for the next visit; the oldest go first. */
const CAPACITY = 1_000_000

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

/** The visitor and the visit at a time (ms since the epoch), kept for the next page. */
export function identify(time: number): Identity {
  identity = identityAt(identity ?? read<Identity>(IDENTITY), time)
  write(IDENTITY, identity)
  return identity
}

/** Events that an earlier page could not send. */
export function loadUnsent(): TrackedEvent[] {
  const events = read<TrackedEvent[]>(UNSENT)
  return Array.isArray(events) ? events : []
}

/** Keeps events that have not been acknowledged. */
export function saveUnsent(events: readonly TrackedEvent[]): void {
  const kept = [...events]
  while (JSON.stringify(kept).length > CAPACITY) kept.splice(0, Math.ceil(kept.length / 10))
  write(UNSENT, kept.length > 0 ? kept : undefined)
}
