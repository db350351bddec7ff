import { EventId } from '@webwatch/events'
import { Check } from 'typebox/value'
import { expect, it } from 'vitest'
import { eventId, uuidv7 } from './uuid.ts'

it('is a UUIDv7 whose first 48 bits are the time', () => {
  const id = uuidv7(1_700_000_000_123)
  expect(Check(EventId, id)).toBe(true)
  expect(Number.parseInt(id.replace(/-/g, '').slice(0, 12), 16)).toBe(1_700_000_000_123)
})

it('does not repeat within a millisecond', () => {
  expect(new Set(Array.from({ length: 10_000 }, () => uuidv7(1))).size).toBe(10_000)
})

it('makes ids of events that repeat neither within a page view nor between two', () => {
  const ids = [uuidv7(1), uuidv7(1)].flatMap((page) => Array.from({ length: 4_096 }, (_, seq) => eventId(page, seq, 1_700_000_000_123)))
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.filter((id) => !Check(EventId, id))).toEqual([])
  expect(Number.parseInt(ids[0]!.replace(/-/g, '').slice(0, 12), 16)).toBe(1_700_000_000_123)
})
