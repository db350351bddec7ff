import { fnv1aOfBytes } from '@webwatch/events/point-time.ts'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Chance that can be had again: the same seed gives the same numbers. */
export interface Dice {
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number
  /** True in so many of a hundred cases. */
  percent(chance: number): boolean
  /** The items in another order. */
  shuffled<Item>(items: readonly Item[]): Item[]
}

/**
 * Makes dice from a whole number.
 * @param purpose what they are for: dice for different things do not follow from each other, so what one of them is asked, and how often, changes
 * nothing for the others
 */
export function diceOf(seed: number, purpose = ''): Dice {
  const name = Buffer.from(purpose)
  const generator = xoroshiro128plus(seed ^ fnv1aOfBytes(name, 0, name.length))
  const between = (min: number, max: number): number => uniformInt(generator, min, max)
  return {
    between,
    percent: (chance) => between(1, 100) <= chance,
    shuffled(items) {
      const mixed = [...items]
      for (let last = mixed.length - 1; last > 0; last--) {
        const other = between(0, last)
        const item = mixed[last]!
        mixed[last] = mixed[other]!
        mixed[other] = item
      }
      return mixed
    },
  }
}
