import { expect, it } from 'vitest'
import { type Identity, identityAt } from './session.ts'

const minute = 60_000
const start = 1_700_000_000_000
const first = identityAt(undefined, start)

it('keeps visitor and session while events come within half an hour', () => {
  const next = identityAt(first, start + 30 * minute)
  expect([next.visitor, next.session]).toEqual([first.visitor, first.session])
})

it('begins a new session after half an hour without an event, for the same visitor', () => {
  const next = identityAt(first, start + 30 * minute + 1)
  expect(next.visitor).toBe(first.visitor)
  expect(next.session).not.toBe(first.session)
})

it('ends a session after 24 hours, however busy', () => {
  let known: Identity = first
  for (let time = start; time <= start + 24 * 60 * minute; time += 20 * minute) known = identityAt(known, time)
  expect(known.session).toBe(first.session)
  expect(identityAt(known, start + 24 * 60 * minute + 1).session).not.toBe(first.session)
})

it('does not end a session for an event that comes late', () => {
  expect(identityAt({ ...first, lastEventAt: start + 10 * minute }, start + minute).lastEventAt).toBe(start + 10 * minute)
})
