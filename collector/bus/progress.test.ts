import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Progress } from './progress.ts'

const offsetOf = (progress: Progress) => progress.uncommitted().topics.map(({ partitions }) => partitions[0]!.offset)

describe('progress', () => {
  it('never passes a batch that is unfinished, whatever the order in which batches end', () => {
    const order = fc.integer({ min: 1, max: 12 }).chain((count) =>
      fc.shuffledSubarray(
        Array.from({ length: count }, (_, index) => index),
        { minLength: count },
      ),
    )
    fc.assert(
      fc.property(order, (ends) => {
        const progress = new Progress()
        const done = ends.map((_, index) => progress.begin('t', 0, String(index + 1)))
        const finished = new Set<number>()
        for (const index of ends) {
          done[index]!()
          finished.add(index)
          const unfinished = ends.map((_, place) => place).find((place) => !finished.has(place)) ?? ends.length
          expect(offsetOf(progress)).toEqual(unfinished === 0 ? [] : [String(unfinished)])
        }
      }),
    )
  })

  it('counts each partition for itself, and names what was committed no more', () => {
    const progress = new Progress()
    const first = progress.begin('t', 0, '5')
    progress.begin('t', 1, '7')
    first()
    const offsets = progress.uncommitted()
    expect(offsets).toEqual({ topics: [{ topic: 't', partitions: [{ partition: 0, offset: '5' }] }] })
    progress.committed(offsets)
    expect(progress.uncommitted()).toEqual({ topics: [] })
  })
})
