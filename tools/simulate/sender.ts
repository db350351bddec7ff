import { setTimeout as sleep } from 'node:timers/promises'
import { MAX_BATCH_EVENTS, type TrackedEvent } from '@webwatch/events'
import type { Visitor } from './audience.ts'

/** What became of the events so far. */
export interface Tally {
  sent: number
  accepted: number
  duplicates: number
  /** Events that the collector refused, by code. */
  rejected: Record<string, number>
  /** Answers that were not 202, and failed connections; their batches were sent again. */
  repeated: number
}

/** Where events go. */
export interface Destination {
  /** What it is, and where, for whoever has started it. */
  name: string
  /** Resolves when the collector has them. @throws when it refuses the batch as a whole */
  deliver(visitor: Visitor, events: readonly TrackedEvent[]): Promise<void>
  tally: Tally
  close(): Promise<void>
}

const LONGEST_PAUSE_MS = 10_000
const ATTEMPTS = 20

interface Answer {
  accepted: number
  duplicates: number
  rejected: { code: string }[]
}

/** Sends batches to a collector as trackers do, again and again where it is busy or away. */
export function collectorDestination(url: string, key: string | undefined): Destination {
  const tally: Tally = { sent: 0, accepted: 0, duplicates: 0, rejected: {}, repeated: 0 }

  async function attempt(visitor: Visitor, body: string): Promise<Response | undefined> {
    const headers = { 'content-type': 'application/json', 'user-agent': visitor.userAgent, ...(key && { authorization: `Bearer ${key}` }) }
    const response = await fetch(`${url}/v1/events`, { method: 'POST', body, headers }).catch(() => undefined)
    if (response && response.status !== 429 && response.status < 500) return response
    tally.repeated++
    const wait = Number(response?.headers.get('retry-after') ?? 1) * 1000
    await response?.arrayBuffer()
    await sleep(Math.min(wait, LONGEST_PAUSE_MS))
    return undefined
  }

  async function post(visitor: Visitor, events: readonly TrackedEvent[]): Promise<void> {
    for (let count = 0; count < ATTEMPTS; count++) {
      const batch = { sentAt: Date.now(), source: 'script', version: 'simulation', context: visitor.context, events }
      const response = await attempt(visitor, JSON.stringify(batch))
      if (!response) continue
      const text = await response.text()
      if (response.status !== 202) throw new Error(`the collector at ${url} answered ${response.status}: ${text}`)
      const answer = JSON.parse(text) as Answer
      tally.sent += events.length
      tally.accepted += answer.accepted
      tally.duplicates += answer.duplicates
      for (const { code } of answer.rejected) tally.rejected[code] = (tally.rejected[code] ?? 0) + 1
      return
    }
    throw new Error(`the collector at ${url} took no batch in ${ATTEMPTS} attempts`)
  }

  return {
    name: `the collector at ${url}`,
    tally,
    async deliver(visitor, events) {
      for (let start = 0; start < events.length; start += MAX_BATCH_EVENTS)
        await post(visitor, events.slice(start, start + MAX_BATCH_EVENTS))
    },
    close: async () => undefined,
  }
}
