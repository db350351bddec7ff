import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { TrackedEvent } from '@webwatch/events'
import { batchOf, clickEvent, uuidV7 } from '../testing/batch.ts'

/** Senders that give up no batch: they send each again until they are told 202, as a tracker's queue does. */
export interface Load {
  /** The events that were acknowledged, by their ids. */
  accepted: Map<string, TrackedEvent>
  /** Events that were sent at least once. */
  tried: number
  /** Events that were sent, each time again. */
  offered: number
  /** Events that were sent and wait for an answer. */
  underWay: number
  /** What came instead of a 202, by status; 0 for no answer. */
  refusals: Map<number, number>
  /** 429 and 503 that did not say when to come back. */
  abrupt: number
  /** How long each answer took, in ms. */
  waits: number[]
  /** Sends what is begun and ends. */
  stop(): Promise<void>
  /** Ends at once. */
  abandon(): void
}

export interface LoadOptions {
  /** Where the collector is. */
  url: string
  site: string
  clients?: number
  /** Events in a batch. */
  events?: number
  /** ms between the answer to a batch and the next. */
  everyMs?: number
}

/** Longest wait for an answer. */
const TIMEOUT_MS = 15_000
const PAUSE_MS = 100
const compress = promisify(gzip)

/** A word of letters for a number: numbers in an address are taken for ids, which are left out of the route. */
const word = (number: number): string => [...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('')

/**
 * One page view that does something over and over, with a number for each thing. On a page of its own, and never twice in one ms: of two events
 * that happen in one ms to one thing, one in a million falls on the point of the other (docs/delivery.md), and such a load would meet that.
 */
function visitor(site: string, client: number): (events: number) => TrackedEvent[] {
  const who = { site, url: `https://${site}/visit-${word(client)}`, page: uuidV7(), session: uuidV7(), visitor: uuidV7() }
  let seq = 0
  let time = 0
  const next = (): TrackedEvent => {
    time = Math.max(time + 1, Date.now())
    const parts = { ...who, id: uuidV7(time), time, seq: seq++ }
    return parts.seq % 5 === 0
      ? clickEvent({ ...parts, type: 'pageview', data: { kind: 'load', title: 'Tea', referrer: '' } })
      : clickEvent(parts)
  }
  return (events) => Array.from({ length: events }, next)
}

/** What an answer says: whether the whole batch is accepted, and how many seconds to wait if not. */
interface Answer {
  status: number
  isAccepted: boolean
  retryAfter: number
}

async function post(url: string, batch: readonly TrackedEvent[]): Promise<Answer> {
  try {
    const response = await fetch(`${url}/v1/events`, {
      method: 'POST',
      // The checksum of gzip: bytes that the network has changed are no batch.
      body: await compress(JSON.stringify(batchOf([...batch]))),
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const answer = (await response.json()) as { accepted: number; duplicates: number; rejected: unknown[] }
    const isWhole = answer.accepted + answer.duplicates === batch.length && answer.rejected.length === 0
    return {
      status: response.status,
      isAccepted: response.status === 202 && isWhole,
      retryAfter: Number(response.headers.get('retry-after')),
    }
  } catch {
    return { status: 0, isAccepted: false, retryAfter: 0 }
  }
}

/** Starts to send, from several clients at once. */
export function steadyLoad({ url, site, clients = 4, events = 5, everyMs = 100 }: LoadOptions): Load {
  const load = {
    accepted: new Map<string, TrackedEvent>(),
    tried: 0,
    offered: 0,
    underWay: 0,
    refusals: new Map<number, number>(),
    abrupt: 0,
    waits: [] as number[],
  }
  let stopping = false
  let isAbandoned = false
  async function insist(batch: readonly TrackedEvent[]): Promise<void> {
    while (!isAbandoned) {
      const sentAt = performance.now()
      load.offered += batch.length
      load.underWay += batch.length
      const { status, isAccepted, retryAfter } = await post(url, batch)
      load.underWay -= batch.length
      load.waits.push(performance.now() - sentAt)
      if (isAccepted) {
        for (const event of batch) load.accepted.set(event.id, event)
        return
      }
      load.refusals.set(status, (load.refusals.get(status) ?? 0) + 1)
      if ((status === 429 || status === 503) && !(retryAfter > 0)) load.abrupt++
      await sleep(retryAfter * 1000 + PAUSE_MS * (1 + Math.random()))
    }
  }
  async function run(client: number): Promise<void> {
    const doSomething = visitor(site, client)
    while (!stopping) {
      const batch = doSomething(events)
      load.tried += batch.length
      await insist(batch)
      await sleep(everyMs)
    }
  }
  const done = Promise.all(Array.from({ length: clients }, (_, client) => run(client)))
  return Object.assign(load, {
    async stop() {
      stopping = true
      await done
    },
    abandon() {
      stopping = true
      isAbandoned = true
    },
  })
}
