/** How much is allowed at the same time. */
export interface Room {
  all: number
  /** Of one address, where senders are strangers: a few must not keep all others out. */
  address?: number
}

/** Counts what is inside a room, by the network that it is of. */
export function countIn({ all, address = all }: Room) {
  let inside = 0
  const byNetwork = new Map<string, number>()
  return {
    fits: (network: string, size: number): boolean => inside + size <= all && (byNetwork.get(network) ?? 0) + size <= address,
    /** @param size below 0 for what leaves */
    add(network: string, size: number): void {
      inside += size
      const own = (byNetwork.get(network) ?? 0) + size
      if (own > 0) byNetwork.set(network, own)
      else byNetwork.delete(network)
    },
  }
}
