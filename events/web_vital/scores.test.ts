import { describe, expect, it } from 'vitest'
import { interactionToNextPaint, layoutShift } from './scores.ts'

describe('cumulative layout shift', () => {
  const scoreOf = (...shifts: [startTime: number, value: number][]) => {
    const take = layoutShift()
    return shifts.map(([startTime, value]) => take({ startTime, value })).at(-1)
  }

  it('is the sum of shifts less than a second apart', () => expect(scoreOf([100, 0.25], [1_000, 0.5])).toBe(0.75))
  it('is that of the worst window', () => expect(scoreOf([100, 0.5], [1_100, 0.25], [1_200, 0.125])).toBe(0.5))
  it('ends a window after five seconds, however close the shifts', () => {
    const shifts = Array.from({ length: 12 }, (_, index) => [1_000 + index * 500, 0.125] as [number, number])
    expect(scoreOf(...shifts)).toBe(1.25)
  })
})

describe('interaction to next paint', () => {
  it('is unknown before the first interaction', () => expect(interactionToNextPaint([], 0)).toBeUndefined())
  it('is the longest latency of few', () => expect(interactionToNextPaint([48, 120, 64], 3)).toBe(120))
  it('leaves out one outlier of fifty interactions', () => {
    const latencies = Array.from({ length: 60 }, (_, index) => 40 + index)
    expect([49, 50, 100, 5_000].map((count) => interactionToNextPaint(latencies, count))).toEqual([99, 98, 97, 90])
  })
})
