import { expect, it } from 'vitest'
import { judge, refusals, understand } from './batch.ts'

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
  [400, 'doubt'],
  [415, 'doubt'],
  [422, 'doubt'],
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

it.each([
  ['not_a_batch', 400, { kind: 'reject' }],
  ['too_many_events', 400, { kind: 'reject' }],
  // What was changed on its way is answered so.
  ['not_json', 400, { kind: 'doubt', isCollector: true }],
  ['no_body', 400, { kind: 'doubt', isCollector: true }],
  ['bad_request', 400, { kind: 'doubt', isCollector: true }],
  ['unsupported_type', 415, { kind: 'doubt', isCollector: true }],
] as const)('knows what %s says of a batch', (code, status, failure) => {
  expect(understand(status, 0, { error: { code, message: 'no' } })).toEqual({ ...failure, reason: { code, message: 'no' } })
})

it.each([undefined, 'plain HTTP request was sent to HTTPS port', { error: 'not_a_batch' }, { code: 'not_a_batch' }])(
  'takes no 400 for a collector that says %j',
  (body) => expect(understand(400, 0, body)).toMatchObject({ kind: 'doubt', isCollector: false, reason: { code: 'http_400' } }),
)

it.each([undefined, null, {}, 'welcome', { accepted: 1, duplicates: 0 }, { accepted: 1, duplicates: 0, rejected: [null] }])(
  'takes no 202 for an answer that says %j',
  (body) => expect(understand(202, 0, body)).toMatchObject({ kind: 'retry' }),
)

it.each([undefined, null, {}, { error: null }, { error: { code: {}, message: 1 } }])('says itself what a 503 means that says %j', (body) =>
  expect(understand(503, 7, body)).toEqual({
    kind: 'retry',
    retryAfter: 7,
    problem: 'The collector cannot take events now: The collector answered 503.',
  }),
)

it('takes the word of a collector', () => {
  const answer = { accepted: 1, duplicates: 0, rejected: [] }
  expect(understand(202, 0, answer)).toEqual(answer)
  expect(understand(400, 0, { error: { code: 'invalid_batch', message: 'no' } })).toMatchObject({ reason: { code: 'invalid_batch' } })
})
