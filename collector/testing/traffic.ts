import { setTimeout as sleep } from 'node:timers/promises'
import { batchOf, clickEvent } from './batch.ts'

/** A sender that gives up no batch: it sends each again until it is told 202, as a tracker's queue does. */
export interface Traffic {
  /** Ids of the events that were acknowledged. */
  acknowledged: Set<string>
  /** Answers other than 202, and failed connections. */
  refusals: number
  /** Sends what is begun and ends. */
  stop(): Promise<void>
}

/** Sends batches of so many events, each so many ms after the last was acknowledged, to wherever the collector is at that time. */
export function steadyTraffic(url: () => string, site: string, events = 5, everyMs = 100): Traffic {
  let stopping = false
  const traffic: Traffic = {
    acknowledged: new Set(),
    refusals: 0,
    async stop() {
      stopping = true
      await done
    },
  }
  const attempt = async (body: string): Promise<boolean> => {
    try {
      const signal = AbortSignal.timeout(20_000)
      const response = await fetch(`${url()}/v1/events`, { method: 'POST', body, headers: { 'content-type': 'application/json' }, signal })
      await response.text()
      return response.status === 202
    } catch {
      return false
    }
  }
  async function run(): Promise<void> {
    for (let seq = 0; !stopping; seq += events) {
      const batch = Array.from({ length: events }, (_, index) => clickEvent({ site, seq: seq + index }))
      while (!(await attempt(JSON.stringify(batchOf(batch))))) {
        traffic.refusals++
        await sleep(250)
      }
      for (const { id } of batch) traffic.acknowledged.add(id)
      await sleep(everyMs)
    }
  }
  const done = run()
  return traffic
}
