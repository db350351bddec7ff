import type { PageEvent } from '@webwatch/events/envelope.ts'
import type { Transport } from '../transport.ts'

/** Most events that wait in memory for the visitor's answer; later ones are not taken. */
const CAPACITY = 5_000

/** A transport that holds everything back, in memory alone, until the visitor has answered. */
export interface ConsentGate extends Transport {
  /** `true` lets everything through from now on; `false` forgets what waits and all that comes. */
  answer(agreed: boolean): void
}

/**
 * Puts the visitor's consent before a transport.
 * @param open makes the transport; not called before the visitor has agreed, so that it stores and sends nothing
 */
export function consentGate(open: () => Transport): ConsentGate {
  let waiting: PageEvent[] = []
  let transport: Transport | undefined
  let isRefused = false
  return {
    accept(event) {
      if (transport) transport.accept(event)
      else if (!isRefused && waiting.length < CAPACITY) waiting.push(event)
    },
    leave: () => transport?.leave(),
    answer(agreed) {
      isRefused = !agreed
      transport = agreed ? (transport ?? open()) : undefined
      if (transport) for (const event of waiting) transport.accept(event)
      waiting = []
    },
  }
}
