import { createRequire } from 'node:module'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { replaceBatchDecoding } from './record-batch.ts'

const require = createRequire(import.meta.url)
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0')
const Record = require('kafkajs/src/protocol/recordBatch/record/v0')
const Decoder = require('kafkajs/src/protocol/decoder.js')

let decode: (decoder: unknown) => Promise<{ records: { value: Buffer }[] }>
beforeAll(() => {
  replaceBatchDecoding()
  decode = require('kafkajs/src/protocol/recordBatch/v0/decoder.js')
})

const CRC_AT = 17
const values = fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 20 })

async function encoded(contents: readonly Uint8Array[]): Promise<Buffer> {
  const records = contents.map((value, offsetDelta) =>
    Record({ offsetDelta, timestampDelta: 0, key: null, value: Buffer.from(value), headers: {} }),
  )
  const now = 1_767_225_600_123
  const batch = await RecordBatch({ firstTimestamp: now, maxTimestamp: now, records, lastOffsetDelta: records.length - 1 })
  return batch.buffer
}

it('lets through what fits its checksum', () =>
  fc.assert(
    fc.asyncProperty(values, async (contents) => {
      const { records } = await decode(new Decoder(await encoded(contents)))
      expect(records.map(({ value }) => new Uint8Array(value))).toEqual(contents.map((content) => new Uint8Array(content)))
    }),
    { numRuns: 50 },
  ))

it('refuses a batch of which any byte is another one', () =>
  fc.assert(
    fc.asyncProperty(values, fc.nat(), fc.integer({ min: 1, max: 255 }), async (contents, place, change) => {
      const buffer = await encoded(contents)
      const index = CRC_AT + (place % (buffer.length - CRC_AT))
      buffer[index] = buffer[index]! ^ change
      await expect(decode(new Decoder(buffer))).rejects.toThrow('does not fit its checksum')
    }),
    { numRuns: 200 },
  ))
