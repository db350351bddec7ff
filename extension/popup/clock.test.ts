import { expect, it } from 'vitest'
import { clock } from './clock.ts'

it('begins the day with the hour 00', () => {
  expect(clock(new Date(2026, 0, 1, 0, 5, 12).getTime())).toMatch(/^00\D05\D12$/)
  expect(clock(new Date(2026, 0, 1, 23, 59, 59).getTime())).toMatch(/^23\D59\D59$/)
})
