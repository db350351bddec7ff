/** How much may wait, by how fast it is worked off. */
export interface Pace {
  /** A piece of work is done. */
  worked(amount: number, ms: number): void
  /** The amount that will be worked off within the longest wait. */
  allowance(): number
}

export interface PaceOptions {
  /** Longest time that anything should wait, in ms. */
  maxWaitMs: number
  /** Bounds of the allowance. */
  least: number
  most: number
}

/** What earlier work counts for, against the latest. */
const MEMORY = 0.8

/** Measures the pace of work that is done piece by piece, the latest pieces first of all. Until something is known, the bound is the highest. */
export function paceOf({ maxWaitMs, least, most }: PaceOptions): Pace {
  let done = 0
  let took = 0
  return {
    worked(amount, ms) {
      done = done * MEMORY + amount
      took = took * MEMORY + ms
    },
    allowance: () => (took === 0 ? most : Math.min(most, Math.max(least, (done / took) * maxWaitMs))),
  }
}
