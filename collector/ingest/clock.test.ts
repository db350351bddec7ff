import { expect, it } from 'vitest'
import { clickEvent } from '../testing/batch.ts'
import { clockSkew, MAX_AGE_MS, MAX_AHEAD_MS, outOfTime } from './clock.ts'

const now = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000

it('leaves small skews alone and corrects larger ones in both directions', () => {
  expect(clockSkew(now - 60_000, now)).toBe(0)
  expect(clockSkew(now + 60_000, now)).toBe(0)
  expect(clockSkew(now - HOUR, now)).toBe(HOUR)
  expect(clockSkew(now + HOUR, now)).toBe(-HOUR)
})

it('corrects a batch that is sent again a moment later by the same amount', () => {
  expect(clockSkew(now - HOUR, now + 900)).toBe(clockSkew(now - HOUR, now))
})

it('draws the line at 7 days and at 10 minutes', () => {
  const codeAt = (time: number) => outOfTime(clickEvent({ time }), 3, now)?.code
  expect(codeAt(now - MAX_AGE_MS)).toBeUndefined()
  expect(codeAt(now - MAX_AGE_MS - 1)).toBe('too_old')
  expect(codeAt(now + MAX_AHEAD_MS)).toBeUndefined()
  expect(codeAt(now + MAX_AHEAD_MS + 1)).toBe('in_future')
})
