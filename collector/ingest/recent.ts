/** Ids that were seen lately. */
export interface RecentIds {
  has(id: string): boolean
  add(id: string): void
}

/**
 * Remembers at least the last `capacity` ids and at most twice as many: when one generation is full, the one before it is forgotten as a whole,
 * which costs far less than to keep them in order.
 */
export function recentIds(capacity: number): RecentIds {
  let young = new Set<string>()
  let old = new Set<string>()
  return {
    has: (id) => young.has(id) || old.has(id),
    add(id) {
      young.add(id)
      if (young.size < capacity) return
      old = young
      young = new Set()
    },
  }
}
