import type { PageEvent } from '@webwatch/events/envelope.ts'
import type { Transport } from '../transport.ts'
import { forgetAll } from './store.ts'
import type { CollectorTransport } from './transport.ts'

/** Most events that wait in memory for the visitor's answer; later ones are not taken. */
const CAPACITY = 5_000

/** A transport that holds everything back, in memory alone, until the visitor has answered. */
export interface ConsentGate extends Transport {
  /** `true` lets everything through from now on; `false` forgets what waits, what is stored, and all that comes. */
  answer(agreed: boolean): void
  /** Takes nothing any more. */
  close(): void
}

/**
 * Puts the visitor's consent before a transport.
 * @param open makes the transport; not called before the visitor has agreed, so that it stores and sends nothing
 */
export function consentGate(open: () => CollectorTransport): ConsentGate {
  let waiting: PageEvent[] = []
  let transport: CollectorTransport | undefined
  let isClosed = false
  return {
    accept(event) {
      if (transport) transport.accept(event)
      else if (!isClosed && waiting.length < CAPACITY) waiting.push(event)
    },
    leave: () => transport?.leave(),
    close() {
      transport?.close()
      waiting = []
      isClosed = true
    },
    answer(agreed) {
      isClosed = !agreed
      if (isClosed) {
        transport?.forget()
        transport = undefined
        forgetAll()
      } else {
        transport ??= open()
        for (const event of waiting) transport.accept(event)
      }
      waiting = []
    },
  }
}
