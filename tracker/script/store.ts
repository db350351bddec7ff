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

// Taken when the script starts: what a page does to its own functions later changes nothing here.
const { parse, stringify } = JSON

/** As JSON, whatever a page makes of it: a `toJSON` of its arrays or objects, as old libraries have, is not asked. */
export const toText = (value: unknown): string =>
  stringify(
    value,
    ([] as { toJSON?: unknown }).toJSON
      ? function (this: Record<string, unknown>, name: string) {
          return this[name]
        }
      : undefined,
  )

/** Nothing where nothing is kept, and where pages may not use storage at all (a sandboxed frame, a visitor's choice): then identity lasts as long as the page. */
function read<Value>(name: string): Value | undefined {
  try {
    return parse(localStorage[name])
  } catch (_unreadable) {
    return undefined
  }
}

/** @param value without one nothing stays there */
function write(name: string, value: unknown): void {
  try {
    if (value) localStorage[name] = toText(value)
    else localStorage.removeItem(name)
  } catch (_full) {
    // Nothing is lost yet: the events are still in memory and go out with the next batch.
  }
}

let identity: Identity | undefined
/** When the stored identity was looked at, in ms since the epoch. */
let comparedAt = 0

/** The visitor and the visit at a time (ms since the epoch). A new one is stored at once, a later time within a minute or with `saveIdentity`. */
export function identify(time: number): Identity {
  const isStale = time - comparedAt > STALE
  const before = (isStale && read<Identity>(IDENTITY)) || identity
  identity = identityAt(before, time)
  if (isStale || identity.session !== before?.session) {
    comparedAt = time
    saveIdentity()
  }
  return identity
}

/** Keeps the identity for the next page and for other tabs. */
export const saveIdentity = (): void => write(IDENTITY, identity)

/** What is kept of events that could not be sent. */
export function loadUnsent(): Unsent {
  const { events, retryAt } = read<Partial<Unsent>>(UNSENT) ?? {}
  return { events: Array.isArray(events) ? events : [], retryAt: +retryAt! || 0 }
}

/**
 * Keeps events that have not been acknowledged, besides those that are kept already, by other tabs too.
 * @param settled events that need not be kept any longer
 */
export function saveUnsent(waiting: Iterable<TrackedEvent>, retryAt: number, settled: readonly TrackedEvent[] = []): void {
  const all = new Map([...loadUnsent().events, ...waiting].map((event) => [event.id, event]))
  for (const { id } of settled) all.delete(id)
  let kept = [...all.values()]
  while (toText(kept).length > CAPACITY) kept = kept.slice(kept.length / 10 + 1)
  write(UNSENT, kept[0] && { events: kept, retryAt })
}

/** Leaves nothing in the page's storage. */
export const forgetAll = (): void => {
  identity = undefined
  write(IDENTITY, identity)
  write(UNSENT, identity)
}
