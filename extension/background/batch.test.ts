import { expect, it } from 'vitest'
import { judge, refusals } from './batch.ts'

it('names why each refused event was refused, by its place in the batch', () => {
  const rejected = [{ index: 3, id: 'x', code: 'invalid_field', path: '/data/x', message: 'must be number' }]
  expect(refusals({ accepted: 4, duplicates: 0, rejected }).get(3)).toEqual({ code: 'invalid_field', message: 'must be number (/data/x)' })
})

it.each([
  [0, 'retry'],
  [401, 'retry'],
  [403, 'retry'],
  [429, 'retry'],
  [500, 'retry'],
  [503, 'retry'],
  [413, 'split'],
  [400, 'reject'],
  [415, 'reject'],
] as const)('after %i it decides to %s', (status, kind) => expect(judge(status, 0).kind).toBe(kind))

it('waits as long as the collector asks, and longer where the user must do something first', () => {
  expect(judge(503, 7)).toMatchObject({ retryAfter: 7 })
  expect(judge(403, 0)).toMatchObject({ retryAfter: 30 })
})

it('gives up what the key is not for, since other sites wait behind it', () => {
  const error = { code: 'wrong_site', message: 'The key is of another site than the events' }
  expect(judge(403, 0, error)).toEqual({ kind: 'reject', reason: error })
  expect(judge(403, 0, { code: 'wrong_key' }).kind).toBe('retry')
})
