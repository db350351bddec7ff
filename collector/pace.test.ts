import { expect, it } from 'vitest'
import { paceOf } from './pace.ts'

const options = { maxWaitMs: 2_000, least: 1_000, most: 100_000 }

it('allows what will be worked off in time, within its bounds', () => {
  const pace = paceOf(options)
  expect(pace.allowance()).toBe(100_000)
  pace.worked(500, 100)
  expect(pace.allowance()).toBe(10_000)
  pace.worked(1_000_000, 1)
  expect(pace.allowance()).toBe(100_000)
})

it('follows a change of pace soon, and never allows nothing', () => {
  const pace = paceOf(options)
  pace.worked(50_000, 100)
  for (let piece = 0; piece < 20; piece++) pace.worked(100, 1_000)
  expect(pace.allowance()).toBe(1_000)
})
