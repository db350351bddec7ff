/** One measured thing: its name, its value with the unit, and what it should be. */
export interface Figure {
  name: string
  value: number
  unit: string
  /** What the figure has to reach, in words. */
  wanted?: string
}

/** The middle one of repeated measurements: a neighbour on the machine that wakes up for one of them does not move it. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The value below which the share of the values lies, such as 0.99. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
