import { eventTypes } from '@webwatch/events'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { EventRecord } from '../record.ts'
import { clickEvent } from '../testing/batch.ts'
import { storedRecord } from '../testing/stored-record.ts'
import { lineOf } from './line-protocol.ts'
import { Lines } from './lines.ts'
import { addPlainRecord } from './plain-record.ts'
import { isWholeRecord } from './whole-record.ts'

it('is what ingest makes of an event, with and without what only some have', () => {
  for (const part of [{}, { skew: -3_600_000 }, { overflow: ['url'] as const }, { receipts: true as const }]) {
    expect(isWholeRecord(storedRecord(part))).toBe(true)
  }
})

it.each([
  ['nothing', undefined],
  ['an array', []],
  ['an unknown type', storedRecord({ type: 'nothing' })],
  ['a type in an array', { ...storedRecord(), type: ['click'] }],
  ['a type that every object has', storedRecord({ type: 'constructor' })],
  ['no data', { ...storedRecord(), data: undefined }],
  ['data that is an array', { ...storedRecord(), data: [] }],
  ['a number as a text', { ...storedRecord(), site: 5 }],
  ['a text as an integer', { ...storedRecord(), seq: '0i,count=9' }],
  ['half a number as an integer', storedRecord({ seq: 0.5 })],
  ['a text as a number', storedRecord({ data: { ...clickEvent().data, x: '1,y=2' } })],
  ['a correction in words', { ...storedRecord(), skew: 'an hour' }],
  ['marks that are none', { ...storedRecord(), overflow: 'url' }],
])('is not %s', (_name, value) => {
  expect(isWholeRecord(value)).toBe(false)
})

it('becomes one line, whatever else is said, by either way', () => {
  const whole = Object.entries(storedRecord())
  const anything = fc.oneof(fc.jsonValue(), fc.constantFrom('a\nclicks,site=x count=1i', '1i', 1e308, -0, 2 ** 53, -(2 ** 53), 'new'))
  const changed = fc
    .tuple(
      fc.constantFrom(...eventTypes.map(({ type }) => type)),
      fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), anything), { maxLength: 2 }),
    )
    .map(([type, changes]) => ({ ...storedRecord({ type }), ...Object.fromEntries(changes.map(([at, value]) => [whole[at]![0], value])) }))
  let wholes = 0
  fc.assert(
    fc.property(changed, (record) => {
      const lines = new Lines()
      const isPlain = addPlainRecord(Buffer.from(JSON.stringify(record)), lines)
      const isWhole = isWholeRecord(JSON.parse(JSON.stringify(record)))
      if (isPlain) expect(isWhole).toBe(true)
      if (!isWhole) return
      wholes++
      expect(lineOf(record as EventRecord)).toMatch(/^[a-z_]+,browser=[^\n]+ count=1i,id=".* -?\d+$/s)
    }),
    { numRuns: 1_000 },
  )
  expect(wholes).toBeGreaterThan(100)
})

it('is not a record whose names are spelt so that only JSON.parse sees what they say', () => {
  const json = JSON.stringify(storedRecord({ site: 'spelt.example' })).replace('{', '{"\\u006fverflow":5,')
  expect(addPlainRecord(Buffer.from(json), new Lines())).toBe(false)
  expect(isWholeRecord(JSON.parse(json))).toBe(false)
})
