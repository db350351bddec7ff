import { LRUCache } from 'lru-cache'
import { advance, type Receipt, type Stage } from './receipt.ts'

/** Where stages are put up and receipts are read. */
export interface ReceiptBoard {
  post(stages: readonly Stage[]): void
  read(id: string): Receipt
  /** Calls the listener with every stage from now on; the answer ends it. */
  listen(listener: (stage: Stage) => void): () => void
}

/** Receipts that are remembered: somebody who asks does so within moments. */
const MAX_RECEIPTS = 50_000

/** A board that forgets the oldest receipts. */
export function receiptBoard(): ReceiptBoard {
  const receipts = new LRUCache<string, Receipt>({ max: MAX_RECEIPTS })
  const listeners = new Set<(stage: Stage) => void>()
  const read = (id: string): Receipt => receipts.get(id) ?? { id, state: 'unknown' }
  return {
    post(stages) {
      for (const stage of stages) {
        const receipt = advance(read(stage.id), stage)
        if (!receipt) continue
        receipts.set(stage.id, receipt)
        for (const listener of listeners) listener(stage)
      }
    },
    read,
    listen(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}
