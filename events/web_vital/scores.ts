/** An entry about a layout shift: https://wicg.github.io/layout-instability/ */
export interface ShiftEntry {
  readonly startTime: number
  readonly value: number
}

/** Session windows of layout shifts, in ms: longest gap, longest window. https://web.dev/articles/cls */
const GAP = 1_000
const WINDOW = 5_000

/**
 * Cumulative layout shift: the sum of the worst session window. Shifts that follow an input are not given to it.
 * @returns takes one entry, and gives the score with it
 */
export function layoutShift(): (entry: ShiftEntry) => number {
  let worst = 0
  let sum = 0
  let first = 0
  let last = Number.NEGATIVE_INFINITY
  return ({ startTime, value }) => {
    if (startTime - last >= GAP || startTime - first >= WINDOW) {
      sum = 0
      first = startTime
    }
    last = startTime
    sum += value
    worst = Math.max(worst, sum)
    return worst
  }
}

/** Of so many interactions one is left out as an outlier, but never more than that. https://web.dev/articles/inp */
const PER_OUTLIER = 50
const MOST_OUTLIERS = 9

/**
 * Interaction to next paint: the longest latency, without outliers.
 * @param latencies of the slow interactions, in ms
 * @param count of all interactions
 * @returns undefined before the first interaction
 */
export function interactionToNextPaint(latencies: Iterable<number>, count: number): number | undefined {
  const sorted = [...latencies].sort((a, b) => b - a)
  return sorted[Math.min(MOST_OUTLIERS, sorted.length - 1, Math.floor(count / PER_OUTLIER))]
}
