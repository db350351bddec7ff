import { crc32c } from '@node-rs/crc32'
import { replaceModule } from './kafkajs-module.ts'

/** What kafkajs hands over to be sent, as it is inside. */
export interface ProduceRequest {
  acks: number
  timeout: number
  compression?: number
  transactionalId?: string | null
  producerId?: { toString(): string }
  producerEpoch?: number
  topicData: {
    topic: string
    partitions: { partition: number; firstSequence?: number; messages: ProduceMessage[] }[]
  }[]
}

interface ProduceMessage {
  key?: Buffer | string | null
  value: Buffer | string | null
  headers?: Record<string, string>
  timestamp?: string
}

const PRODUCE = 0
const MAGIC = 2
/** Bytes of a record batch ahead of its records, and where some of its parts begin. */
const BATCH_HEAD_BYTES = 61
const LENGTH_AT = 8
const CRC_AT = 17
const ATTRIBUTES_AT = 21
/** Most bytes that length, deltas and counts of one record can take. */
const RECORD_HEAD_BYTES = 32

const encodedHeaders = new WeakMap<Record<string, string>, Buffer>()

/** Writes a signed number of up to 32 bits as Kafka's zigzag varint and gives the place behind it. */
function writeVarint(buffer: Buffer, at: number, value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  let index = at
  while (rest > 0x7f) {
    buffer[index++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  buffer[index] = rest
  return index + 1
}

function varintSize(value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  let size = 1
  while (rest > 0x7f) {
    size++
    rest >>>= 7
  }
  return size
}

/** Headers with their count. All records of a type share one object, so each is encoded once. */
function headersOf(headers: Record<string, string> = {}): Buffer {
  let encoded = encodedHeaders.get(headers)
  if (!encoded) {
    const texts = Object.entries(headers).flat()
    encoded = Buffer.alloc(texts.reduce((size, text) => size + Buffer.byteLength(text) + 5, 5))
    let at = writeVarint(encoded, 0, texts.length / 2)
    for (const text of texts) {
      at = writeVarint(encoded, at, Buffer.byteLength(text))
      at += encoded.write(text, at)
    }
    encoded = encoded.subarray(0, at)
    encodedHeaders.set(headers, encoded)
  }
  return encoded
}

const sizeOf = (bytes: Buffer | string | null | undefined): number =>
  bytes === null || bytes === undefined ? -1 : Buffer.byteLength(bytes)

/** Writes a key or a value, which kafkajs takes as text too, and gives its length. */
function writeBytes(buffer: Buffer, at: number, bytes: Buffer | string | null | undefined): number {
  if (typeof bytes === 'string') return buffer.write(bytes, at)
  return bytes ? bytes.copy(buffer, at) : 0
}

/** https://kafka.apache.org/documentation/#record */
function writeRecord(buffer: Buffer, at: number, { key, value, headers }: ProduceMessage, offsetDelta: number): number {
  const head = headersOf(headers)
  const keyLength = sizeOf(key)
  const valueLength = sizeOf(value)
  const size =
    2 +
    varintSize(offsetDelta) +
    varintSize(keyLength) +
    Math.max(keyLength, 0) +
    varintSize(valueLength) +
    Math.max(valueLength, 0) +
    head.length
  let index = writeVarint(buffer, at, size)
  // No attributes, and all records of a batch have its time.
  buffer[index++] = 0
  buffer[index++] = 0
  index = writeVarint(buffer, index, offsetDelta)
  index = writeVarint(buffer, index, keyLength)
  index += writeBytes(buffer, index, key)
  index = writeVarint(buffer, index, valueLength)
  index += writeBytes(buffer, index, value)
  return index + head.copy(buffer, index)
}

/** https://kafka.apache.org/documentation/#recordbatch */
function writeBatch(
  buffer: Buffer,
  start: number,
  messages: readonly ProduceMessage[],
  producerId: bigint,
  epoch: number,
  sequence: number,
): number {
  const now = BigInt(Date.now())
  buffer.writeBigInt64BE(0n, start)
  buffer.writeInt32BE(0, start + 12)
  buffer[start + 16] = MAGIC
  let at = buffer.writeInt16BE(0, start + ATTRIBUTES_AT)
  at = buffer.writeInt32BE(messages.length - 1, at)
  at = buffer.writeBigInt64BE(now, at)
  at = buffer.writeBigInt64BE(now, at)
  at = buffer.writeBigInt64BE(producerId, at)
  at = buffer.writeInt16BE(epoch, at)
  at = buffer.writeInt32BE(sequence, at)
  at = buffer.writeInt32BE(messages.length, at)
  for (let index = 0; index < messages.length; index++) at = writeRecord(buffer, at, messages[index]!, index)
  buffer.writeInt32BE(at - start - LENGTH_AT - 4, start + LENGTH_AT)
  buffer.writeUInt32BE(crc32c(buffer.subarray(start + ATTRIBUTES_AT, at)), start + CRC_AT)
  return at
}

const sizeOfMessage = ({ key, value, headers }: ProduceMessage): number =>
  RECORD_HEAD_BYTES + Math.max(sizeOf(key), 0) + Math.max(sizeOf(value), 0) + headersOf(headers).length

/** No less than what the request takes. */
function boundOf(topicData: ProduceRequest['topicData']): number {
  let size = 16
  for (const { topic, partitions } of topicData) {
    size += 6 + Buffer.byteLength(topic)
    for (const { messages } of partitions) {
      size += 8 + BATCH_HEAD_BYTES
      for (const message of messages) size += sizeOfMessage(message)
    }
  }
  return size
}

/** The body of a Produce request, version 3 to 7, without compression and transactions. */
export function encodeProduce({ acks, timeout, topicData, producerId, producerEpoch = 0 }: ProduceRequest): Buffer {
  const id = BigInt(String(producerId ?? -1))
  const buffer = Buffer.allocUnsafe(boundOf(topicData))
  let at = buffer.writeInt16BE(-1, 0)
  at = buffer.writeInt16BE(acks, at)
  at = buffer.writeInt32BE(timeout, at)
  at = buffer.writeInt32BE(topicData.length, at)
  for (const { topic, partitions } of topicData) {
    at = buffer.writeInt16BE(Buffer.byteLength(topic), at)
    at += buffer.write(topic, at)
    at = buffer.writeInt32BE(partitions.length, at)
    for (const { partition, firstSequence = 0, messages } of partitions) {
      at = buffer.writeInt32BE(partition, at)
      const end = writeBatch(buffer, at + 4, messages, id, producerEpoch, firstSequence)
      buffer.writeInt32BE(end - at - 4, at)
      at = end
    }
  }
  return buffer.subarray(0, at)
}

/** The request in the shape that kafkajs sends; it copies `buffer` and looks at `buf` only to see that there is one. */
const produceRequest = (request: ProduceRequest) => ({
  apiKey: PRODUCE,
  apiVersion: 3,
  apiName: 'Produce',
  expectResponse: () => request.acks !== 0,
  encode: async () => {
    const buffer = encodeProduce(request)
    return { buf: buffer, buffer, size: () => buffer.length }
  },
})

const isPlainText = (text: unknown): boolean => typeof text === 'string'
const isPlainMessage = ({ key, value, headers = {}, timestamp }: ProduceMessage): boolean =>
  timestamp === undefined &&
  (value === null || Buffer.isBuffer(value)) &&
  (key === null || key === undefined || typeof key === 'string' || Buffer.isBuffer(key)) &&
  (encodedHeaders.has(headers) || Object.values(headers).every(isPlainText))

/** Whether a request has nothing but what our own records have. Other producers of the same process may send more. */
const isPlain = ({ compression = 0, transactionalId, topicData }: ProduceRequest): boolean =>
  compression === 0 &&
  !transactionalId &&
  topicData.every(({ partitions }) => partitions.every(({ messages }) => messages.every(isPlainMessage)))

type MakeRequest = (request: ProduceRequest) => unknown

/** Puts our encoding in the place of kafkajs 2.2.4's, which makes five growing buffers for each record and took half of the CPU time of an event. */
export function replaceProduceEncoding(): void {
  replaceModule<MakeRequest>('protocol/requests/produce/v3/request.js', (original) => (request) => {
    return isPlain(request) ? produceRequest(request) : original(request)
  })
}
