import { setTimeout as sleep } from 'node:timers/promises'
import { load } from '../load.ts'
import type { BenchCollector } from './servers.ts'

const PRODUCE_SECONDS = 30

/** An answer to `/metrics` costs the process some ms: asked more often it would be part of what is measured. */
const ASK_EVERY_MS = 500

/** Lays about so many events into Kafka. Gives how many there are. */
export async function layBacklog(front: BenchCollector, events: number): Promise<number> {
  const enough = new AbortController()
  const before = await front.metric('webwatch_ingest_accepted_total')
  const watch = async (): Promise<void> => {
    while (!enough.signal.aborted) {
      if ((await front.metric('webwatch_ingest_accepted_total')) - before >= events) enough.abort()
      else await sleep(ASK_EVERY_MS)
    }
  }
  const options = { url: front.url, connections: 16, eventsPerRequest: 100, site: 'bench.example', seconds: PRODUCE_SECONDS }
  const [laid] = await Promise.all([load({ ...options, signal: enough.signal }).finally(() => enough.abort()), watch()])
  return laid.events
}

/** Resolves once the sinks together have stored so many, with the number that they have and the moment (ms) at which it was read. */
export async function untilStored(sinks: readonly BenchCollector[], events: number): Promise<{ stored: number; at: number }> {
  for (;;) {
    const counts = await Promise.all(sinks.map((sink) => sink.metric('webwatch_sink_stored_total')))
    const stored = counts.reduce((sum, count) => sum + count, 0)
    if (stored >= events) return { stored, at: performance.now() }
    await sleep(ASK_EVERY_MS)
  }
}
