import { eventTypes } from '@webwatch/events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EventRecord } from '../record.ts'
import { clickEvent } from '../testing/batch.ts'
import { ObjectScan } from './json-scan.ts'
import { fieldsOf, lineOf } from './line-protocol.ts'
import { Lines } from './lines.ts'
import { addPlainRecord } from './plain-record.ts'

const plainRecord: EventRecord = {
  ...clickEvent(),
  route: 'https://shop.example/item/:id',
  device: 'desktop',
  browser: 'Chrome Mobile, new=1',
  os: 'Linux',
  country: 'DE',
  source: 'extension',
  receivedAt: 1_767_225_600_500,
  context: { language: 'de"}{' },
}

/** The line of a record's JSON, or undefined when it is not plain. */
function plainLine(json: string): string | undefined {
  const lines = new Lines()
  return addPlainRecord(Buffer.from(json), lines) ? lines.bytes().toString() : undefined
}

/** Any text; mostly of what records are made of. */
const text = fc.oneof(
  { weight: 40, arbitrary: fc.string({ unit: fc.constantFrom(...'aZ09 ,=-_/:.#?{}[]'), minLength: 1, maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
)
const integer = fc.oneof(fc.nat(), fc.nat({ max: 2 ** 52 }), fc.integer())
const object = fc.dictionary(text, fc.oneof(text, integer, fc.boolean()))
const byKind = { string: text, integer, number: fc.double({ noNaN: true, noDefaultInfinity: true }), boolean: fc.boolean(), object }
const anyValue = fc.oneof(
  ...[text, integer, fc.double(), fc.boolean(), fc.constant(null), fc.array(text, { maxLength: 2 }), fc.dictionary(text, text)],
)

type Properties = Record<string, fc.Arbitrary<unknown>>
const properties = (made: [string, fc.Arbitrary<unknown>][]): Properties => Object.fromEntries(made)
/** Mostly absent: JSON leaves out what is undefined. */
const rarely = (value: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 20, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })

const dataOf = (definition: (typeof eventTypes)[number]) =>
  fc.record(
    {
      ...properties(
        fieldsOf(definition).map(({ name, kind }) => [
          name,
          fc.oneof({ weight: 30, arbitrary: byKind[kind] as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: anyValue }),
        ]),
      ),
      target: text,
      more: text,
    },
    { requiredKeys: [] },
  )
const everyText = ['id', 'site', 'url', 'page', 'session', 'visitor', 'route', 'device', 'browser', 'os', 'country', 'source']
const marks: Properties = { skew: integer, receipts: fc.constant(true), overflow: fc.constant(['url']) }
const record = fc.constantFrom(...eventTypes).chain((definition) =>
  fc.record<Record<string, unknown>>({
    ...properties(everyText.map((name) => [name, text])),
    type: fc.constant(definition.type),
    time: fc.nat({ max: 8_640_000_000_000_000 }),
    seq: fc.nat(),
    receivedAt: integer,
    context: fc.dictionary(text, text),
    data: dataOf(definition),
    ...properties(Object.entries(marks).map(([name, value]) => [name, rarely(value)])),
  }),
)
/** The same properties in another order. */
const shuffled = record.chain((made) =>
  fc.shuffledSubarray(Object.entries(made), { minLength: Object.keys(made).length }).map((entries) => Object.fromEntries(entries)),
)

describe('the line of a plain record', () => {
  it('is there for an ordinary record, and is the one that lineOf makes', () => {
    expect(plainLine(JSON.stringify(plainRecord))).toBe(`${lineOf(plainRecord)}\n`)
  })

  it('is not made when a value is of another kind than its field', () => {
    const custom = { ...plainRecord, type: 'custom' }
    for (const data of [{ name: 'a', properties: 0 }, { name: 0 }, { name: true }]) {
      expect(plainLine(JSON.stringify({ ...custom, data }))).toBeUndefined()
    }
  })

  it('is the one that lineOf makes, whatever the record holds, if there is one', () => {
    let plain = 0
    fc.assert(
      fc.property(fc.oneof(record, shuffled), (made) => {
        const line = plainLine(JSON.stringify(made))
        if (line === undefined) return
        plain++
        expect(line).toBe(`${lineOf(JSON.parse(JSON.stringify(made)) as EventRecord)}\n`)
      }),
      { numRuns: 800 },
    )
    expect(plain).toBeGreaterThan(200)
  })

  it('is not made of what somebody waits for, whose tags overflow, or whose clock was corrected', () => {
    for (const mark of [{ receipts: true }, { overflow: ['url'] }, { skew: 70_000 }]) {
      expect(plainLine(JSON.stringify({ ...plainRecord, ...mark }))).toBeUndefined()
    }
  })

  it('is not made of what is not whole or not an event', () => {
    const json = JSON.stringify(plainRecord)
    for (let end = 0; end < json.length; end++) expect(plainLine(json.slice(0, end))).toBeUndefined()
    for (const type of ['unknown', '__proto__', '']) expect(plainLine(JSON.stringify({ ...plainRecord, type }))).toBeUndefined()
    for (const other of ['', 'null', '[]', '{}', '"text"', `${json} `, `${json}x`, JSON.stringify(plainRecord, null, 1)]) {
      expect(plainLine(other)).toBeUndefined()
    }
  })
})

describe('what is damaged', () => {
  let sites = 0
  /** The JSON of a record of a site that no line was made for before, with a context as it is given. */
  const withContext = (context: string) =>
    JSON.stringify({ ...plainRecord, site: `damaged-${sites++}.example`, context: 'here' }).replace('"here"', context)

  it('where the scan does not look is no plain record', () => {
    expect(plainLine(withContext('{}'))).toBeDefined()
    for (const context of ['{x}', '{"a":01}', '["\\q"]', '{"a" 1}', '[1 2]', '{"a":}', '[,]'])
      expect(plainLine(withContext(context))).toBeUndefined()
  })

  it('in any byte throws nothing', () => {
    fc.assert(
      fc.property(record, fc.nat(), fc.integer({ min: 1, max: 255 }), (made, place, change) => {
        const json = Buffer.from(JSON.stringify(made))
        json[place % json.length]! ^= change
        addPlainRecord(json, new Lines())
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the scan of an object', () => {
  it('finds every value where it is, in any JSON that is compact', () => {
    const object = fc.dictionary(text, fc.jsonValue(), { noNullPrototype: true })
    fc.assert(
      fc.property(object, object, (first, second) => {
        const names = Object.keys(first)
        const scan = new ObjectScan(names)
        for (const scanned of [first, second, { ...second, ...first }]) {
          const json = Buffer.from(JSON.stringify(scanned))
          expect(scan.scan(json, 0, json.length)).toBe(json.length)
          names.forEach((name, index) => {
            const value = Object.hasOwn(scanned, name) ? JSON.parse(JSON.stringify(scanned[name])) : undefined
            if (JSON.stringify(name).length === name.length + 2) expect(scan.value(json, index)).toEqual(value)
          })
        }
      }),
    )
  })

  it('takes no number that JSON does not know', () => {
    for (const number of ['01', '-', '1.', '.5', '1e', '1e+', '+1', 'NaN', 'tru', 'nulll']) {
      const json = Buffer.from(`{"a":${number}}`)
      expect(new ObjectScan(['a']).scan(json, 0, json.length)).toBe(-1)
    }
  })
})
