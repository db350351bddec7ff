import { EventId } from '@webwatch/events'
import { Check } from 'typebox/value'
import { expect, it } from 'vitest'
import { uuidv7 } from './uuid.ts'

it('is a UUIDv7 whose first 48 bits are the time', () => {
  const id = uuidv7(1_700_000_000_123)
  expect(Check(EventId, id)).toBe(true)
  expect(Number.parseInt(id.replace(/-/g, '').slice(0, 12), 16)).toBe(1_700_000_000_123)
})

it('does not repeat within a millisecond', () => {
  expect(new Set(Array.from({ length: 10_000 }, () => uuidv7(1))).size).toBe(10_000)
})
