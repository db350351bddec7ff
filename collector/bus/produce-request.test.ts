import { createRequire } from 'node:module'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { murmur2 } from './murmur2.ts'
import { encodeProduce, type ProduceRequest, replaceProduceEncoding } from './produce-request.ts'

const require = createRequire(import.meta.url)
const kafkajsRequest = require('kafkajs/src/protocol/requests/produce/v3/request.js')
const kafkajsMurmur2 = require('kafkajs/src/producer/partitioners/default/murmur2.js')
const Long = require('kafkajs/src/utils/long.js')

const message = fc.record({
  key: fc.oneof(fc.constant(null), fc.string({ unit: 'grapheme', maxLength: 100 })),
  value: fc.oneof(
    fc.constant(null),
    fc.uint8Array({ maxLength: 20_000 }).map((bytes) => Buffer.from(bytes)),
  ),
  headers: fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme' }), { maxKeys: 3 }),
})
const partition = fc.record({ partition: fc.nat(), firstSequence: fc.nat(), messages: fc.array(message, { minLength: 1, maxLength: 100 }) })
const topic = fc.record({ topic: fc.string({ minLength: 1 }), partitions: fc.array(partition, { maxLength: 3 }) })
const request = fc.record({
  acks: fc.constant(-1),
  timeout: fc.nat(),
  producerId: fc.bigInt({ min: -1n, max: 2n ** 62n }).map((id) => Long.fromValue(id)),
  producerEpoch: fc.integer({ min: 0, max: 32_767 }),
  topicData: fc.array(topic, { maxLength: 3 }),
})

describe('our encoding of a Produce request', () => {
  afterEach(() => vi.useRealTimers())

  it('is what kafkajs would send, byte for byte', async () => {
    vi.useFakeTimers({ now: 1_767_225_600_123, toFake: ['Date'] })
    await fc.assert(
      fc.asyncProperty(request, async (generated) => {
        const theirs = await kafkajsRequest(generated).encode()
        expect(encodeProduce(generated as ProduceRequest).equals(theirs.buffer)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })
})

it('leaves to kafkajs what our records never have', async () => {
  vi.useFakeTimers({ now: 1_767_225_600_123, toFake: ['Date'] })
  replaceProduceEncoding()
  replaceProduceEncoding()
  const replaced = require('kafkajs/src/protocol/requests/produce/v3/request.js')
  expect(replaced).not.toBe(kafkajsRequest)
  const text = { value: 'text', key: Buffer.from('k'), headers: { h: [Buffer.from('a'), 'b'] }, timestamp: '1767225600000' }
  for (const messages of [[text], [{ value: Buffer.from('bytes') }]]) {
    const sent = { acks: -1, timeout: 1, topicData: [{ topic: 't', partitions: [{ partition: 0, firstSequence: 0, messages }] }] }
    const [ours, theirs] = [await replaced(sent).encode(), await kafkajsRequest(sent).encode()]
    expect(ours.buffer.equals(theirs.buffer)).toBe(true)
  }
  vi.useRealTimers()
})

it('murmur2 gives what kafkajs gives', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      expect(murmur2(bytes)).toBe(Number(BigInt.asIntN(32, BigInt(String(kafkajsMurmur2(Buffer.from(bytes)))))))
    }),
  )
})
