import { expect, it } from 'vitest'
import { halves } from './halves.ts'

/** Sends what must not hold the number 13, nor more than 100 numbers. */
function taken(events: readonly number[]): number[] {
  return events.length > 100 || events.includes(13) ? halves(events).flatMap(taken) : [...events]
}

it('lets all through in their order but the one that is refused by itself', () => {
  const all = Array.from({ length: 500 }, (_, at) => at)
  expect(taken(all)).toEqual(all.filter((at) => at !== 13))
})

it('comes to an end', () => expect(taken([13])).toEqual([]))
