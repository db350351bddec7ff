import type { Accepted } from '../record.ts'

/** Events that are being made durable at this moment, so that a copy of one which comes meanwhile is not taken for another event. */
export interface UnderWay {
  /** Resolves when somebody is done with one of these events, well or not; undefined when nobody has any of them in hand. */
  busyWith(records: readonly Accepted[]): Promise<void> | undefined
  /** Takes events in hand that nobody has. The answer lets go of them. */
  take(records: readonly Accepted[]): () => void
}

/** Nothing is under way yet. */
export function underWay(): UnderWay {
  const inHand = new Map<string, Promise<void>>()
  return {
    busyWith(records) {
      if (inHand.size === 0) return undefined
      for (const { event } of records) {
        const done = inHand.get(event.id)
        if (done) return done
      }
      return undefined
    },
    take(records) {
      let end: () => void = () => undefined
      const done = new Promise<void>((resolve) => {
        end = resolve
      })
      for (const { event } of records) inHand.set(event.id, done)
      return () => {
        for (const { event } of records) inHand.delete(event.id)
        end()
      }
    },
  }
}
