/** Chance that comes out the same for the same seed. */
export interface Random {
  /** From 0, included, to 1, excluded. */
  next(): number
  /** From `low`, included, to `high`, excluded. */
  between(low: number, high: number): number
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number
  /** True with that probability. */
  chance(probability: number): boolean
  pick<Value>(values: readonly Value[]): Value
  /** One of the values, as often as its weight says. */
  weighted<Value>(values: readonly (readonly [Value, number])[]): Value
  /** A positive number whose logarithm is normally distributed: times that people take. `median` is its middle, `spread` the deviation of the logarithm. */
  duration(median: number, spread?: number): number
  /** A UUIDv7 of a moment (ms since the epoch), with random bits of this chance. */
  uuid(time: number): string
}

/** A source of chance after mulberry32, whose state is one 32-bit number: plenty for visitors, and nothing for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number) => low + next() * (high - low)
  const integer = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  const hex = (digits: number) =>
    Math.floor(next() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0')
  return {
    next,
    between,
    integer,
    chance: (probability) => next() < probability,
    pick: (values) => values[integer(0, values.length - 1)]!,
    weighted(values) {
      let left = next() * values.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [value, weight] of values) {
        left -= weight
        if (left < 0) return value
      }
      return values.at(-1)![0]
    },
    // Box and Muller's way from two even chances to a normal one.
    duration: (median, spread = 0.7) => median * Math.exp(spread * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
    uuid(time) {
      const stamp = Math.floor(time).toString(16).padStart(12, '0')
      return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${hex(3)}-${integer(8, 11).toString(16)}${hex(3)}-${hex(6)}${hex(6)}`
    },
  }
}
