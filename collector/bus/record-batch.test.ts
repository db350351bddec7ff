import { createRequire } from 'node:module'
import { crc32c } from '@node-rs/crc32'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchDecoder, type FetchDecoder } from './record-batch.ts'

const require = createRequire(import.meta.url)
const kafkajsDecode = require('kafkajs/src/protocol/recordBatch/v0/decoder.js')
const Decoder = require('kafkajs/src/protocol/decoder.js')
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js')
const Record = require('kafkajs/src/protocol/recordBatch/record/v0/index.js')

interface Generated {
  firstOffset: number
  firstTimestamp: number
  transactional: boolean
  records: {
    key: string | null
    value: Buffer | null
    headers: Record<string, string | string[]>
    timestampDelta: number
    offsetDelta: number
  }[]
}

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => text !== '__proto__')
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const record = fc.record({
  key: fc.oneof(fc.constant(null), fc.string({ unit: 'grapheme', maxLength: 100 })),
  value: fc.oneof(
    fc.constant(null),
    fc.uint8Array({ maxLength: 20_000 }).map((bytes) => Buffer.from(bytes)),
  ),
  headers: fc.dictionary(name, fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 3 })), { maxKeys: 3 }),
  timestampDelta: fc.integer({ min: -1_000_000, max: 2 ** 45 }),
  offsetDelta: fc.nat(),
})
const batch: fc.Arbitrary<Generated> = fc.record({
  firstOffset: fc.nat({ max: 2 ** 52 }),
  firstTimestamp: fc.nat({ max: 2 ** 45 }),
  transactional: fc.boolean(),
  records: fc.array(record, { minLength: 1, maxLength: 50 }),
})

async function encode({ records, ...facts }: Generated): Promise<Buffer> {
  const encoder = await RecordBatch({
    ...facts,
    compression: 0,
    maxTimestamp: facts.firstTimestamp,
    lastOffsetDelta: records.length - 1,
    producerId: 7,
    records: records.map(Record),
  })
  return encoder.buffer
}

// biome-ignore lint/suspicious/noExplicitAny: a message of kafkajs, as it is inside
const seen = ({ offset, timestamp, key, value, headers, isControlRecord, attributes, batchContext }: any) => ({
  ...{ offset, timestamp, key, value, headers, isControlRecord, attributes },
  producerId: batchContext.producerId,
  inTransaction: batchContext.inTransaction,
})

describe('our decoding of fetched records', () => {
  it('gives what kafkajs gives, batch behind batch', async () => {
    const decode = batchDecoder(() => Promise.reject(new Error('left to kafkajs')))
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 3 }), async (batches) => {
        const buffer = Buffer.concat(await Promise.all(batches.map(encode)))
        const ours: FetchDecoder = new Decoder(buffer)
        const theirs = new Decoder(buffer)
        for (const _ of batches) {
          const decoded = [(await decode(ours)).records, (await kafkajsDecode(theirs)).records]
          const [mine, original] = decoded.map((records) => records.map(seen))
          expect(mine).toEqual(original)
          expect(ours.offset).toBe(theirs.offset)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('leaves to kafkajs what is cut off, compressed, or the mark of a transaction', async () => {
    const whole = await encode({ firstOffset: 1, firstTimestamp: 1, transactional: false, records: [] })
    const left: Buffer[] = []
    const decode = batchDecoder(async ({ buffer }) => {
      left.push(buffer)
      return { records: [] }
    })
    const withAttributes = (attributes: number) => {
      const buffer = Buffer.from(whole)
      buffer.writeInt16BE(attributes, 21)
      buffer.writeUInt32BE(crc32c(buffer.subarray(21)), 17)
      return buffer
    }
    const special = [whole.subarray(0, -1), whole.subarray(0, 20), withAttributes(1), withAttributes(0x20)]
    for (const buffer of special) await decode(new Decoder(buffer))
    expect(left).toEqual(special)
    await decode(new Decoder(whole))
    expect(left).toHaveLength(special.length)
  })
})
