import { expect, it } from 'vitest'
import { type BatchFacts, encodeRecord, toRecord } from './record.ts'
import { clickEvent } from './testing/batch.ts'

const facts: BatchFacts = {
  receivedAt: 1,
  source: 'api',
  context: { language: 'de' },
  device: 'desktop',
  browser: 'Chrome',
  os: 'Linux',
  country: 'DE',
}

it.each([
  [facts, {}],
  [{ ...facts, skew: 70_000 }, {}],
  [{ ...facts, receipts: true as const }, { overflow: ['url', 'target'] as const }],
])('text and record of an accepted event say the same: %o', (shared, marks) => {
  const accepted = { event: clickEvent(), route: 'https://shop.example/"', facts: shared, ...marks }
  expect(JSON.parse(encodeRecord(accepted))).toEqual(toRecord(accepted))
  expect(toRecord(accepted)).toEqual({ ...accepted.event, route: accepted.route, ...shared, ...marks })
})
