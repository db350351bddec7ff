import { BusUnavailable } from '../errors.ts'
import type { Stage } from '../receipts/receipt.ts'
import { type EventRecord, toRecord } from '../record.ts'
import type { Bus } from './bus.ts'

/** Stores what it is given, or throws; after it has returned, the records are durable. Gives the ids that it had already. */
export type Handler = (records: readonly EventRecord[]) => Promise<ReadonlySet<string>>

/** A bus that hands records straight to the sink. */
export interface EmbeddedBus extends Bus {
  /** Says who stores. */
  consume(handler: Handler): void
}

/** No log in between: a record is durable once the sink has it. */
export function embeddedBus(): EmbeddedBus {
  let handler: Handler | undefined
  let post: ((stages: readonly Stage[]) => void) | undefined
  let underWay = 0
  let whenIdle: (() => void) | undefined
  return {
    name: 'embedded',
    async publish(records) {
      if (!handler) throw new BusUnavailable('the store is not open')
      underWay++
      try {
        return { duplicates: await handler(records.map(toRecord)) }
      } finally {
        underWay--
        if (underWay === 0) whenIdle?.()
      }
    },
    consume(next) {
      handler = next
    },
    announce: (stages) => post?.(stages),
    follow(listener) {
      post = listener
    },
    health: async () => (handler ? { ok: true } : { ok: false, reason: 'the store is not open' }),
    async close() {
      handler = undefined
      if (underWay > 0) {
        await new Promise<void>((resolve) => {
          whenIdle = resolve
        })
      }
    },
  }
}
