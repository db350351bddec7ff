import { expect, it } from 'vitest'
import { backoff, pauseLeft } from './backoff.ts'

it('doubles its longest pause with every failure, up to five minutes', () => {
  expect([1, 2, 3, 20].map((failures) => backoff(failures, 0, 1))).toEqual([1_000, 2_000, 4_000, 300_000])
})

it('spreads attempts over the whole pause', () => {
  expect([0, 0.25, 0.5].map((random) => backoff(3, 0, random))).toEqual([0, 1_000, 2_000])
})

it('never comes back before the server wants it', () => {
  expect(backoff(1, 30, 0)).toBe(30_000)
})

it('spreads those whom the server has refused in one moment', () => {
  expect([0, 0.5, 1].map((random) => backoff(1, 30, random))).toEqual([30_000, 45_000, 60_000])
})

it('gives a server two hours at most, whatever it asks for', () => {
  expect([0, 1].map((random) => backoff(1, 100_000_000, random))).toEqual([3_600_000, 7_200_000])
})

it('does not wait for the end of a pause that another time of day has set', () => {
  expect([500, 1_500, 7_201_000, 7_201_001].map((retryAt) => pauseLeft(retryAt, 1_000))).toEqual([-500, 500, 7_200_000, 0])
})
