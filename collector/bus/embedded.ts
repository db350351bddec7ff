import { BusUnavailable } from '../errors.ts'
import type { Stage } from '../receipts/receipt.ts'
import { toRecord } from '../record.ts'
import type { Bus, Handler } from './bus.ts'

/** No log in between: a record is durable once the sink has it. */
export function embeddedBus(): Bus {
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
        return { duplicates: await handler(records.map((accepted) => ({ record: toRecord(accepted) }))) }
      } finally {
        underWay--
        if (underWay === 0) whenIdle?.()
      }
    },
    consume(next) {
      handler = next
      return Promise.resolve()
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
