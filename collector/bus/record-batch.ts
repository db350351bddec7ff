import { checkBatch } from './batch-checksum.ts'
import { replaceModule } from './kafkajs-module.ts'

/** What kafkajs reads a fetched answer with, as it is inside. */
export interface FetchDecoder {
  buffer: Buffer
  offset: number
}

/** What kafkajs keeps of a decoded batch. */
export interface DecodedBatch {
  records: readonly unknown[]
}

/** Facts of a batch that kafkajs asks for when it leaves out aborted transactions. */
interface BatchContext {
  producerId: string
  inTransaction: boolean
}

// Places in a batch: https://kafka.apache.org/documentation/#recordbatch
const LENGTH_AT = 8
/** Bytes ahead of those that the length counts. */
const UNCOUNTED_BYTES = 12
const ATTRIBUTES_AT = 21
const BASE_TIMESTAMP_AT = 27
const MAX_TIMESTAMP_AT = 35
const PRODUCER_ID_AT = 43
const COUNT_AT = 57
const HEAD_BYTES = 61

const COMPRESSION = 0x07
const LOG_APPEND_TIME = 0x08
const TRANSACTIONAL = 0x10
const CONTROL = 0x20

const MORE = 0x80
const LOW_BITS = 0x7f

/** Reads the parts of a record one behind the other: https://kafka.apache.org/documentation/#record */
class RecordReader {
  readonly buffer: Buffer
  at: number

  constructor(buffer: Buffer, at: number) {
    this.buffer = buffer
    this.at = at
  }

  /** A zigzag varint of up to 32 bits. */
  varint(): number {
    let byte = this.buffer[this.at++]!
    let raw = byte & LOW_BITS
    for (let shift = 7; byte >= MORE; shift += 7) {
      byte = this.buffer[this.at++]!
      raw |= (byte & LOW_BITS) << shift
    }
    return (raw >>> 1) ^ -(raw & 1)
  }

  /** A zigzag varint of up to 64 bits; differences of time in ms, which is what it is for, are exact as numbers. */
  varlong(): number {
    let byte = this.buffer[this.at++]!
    let raw = byte & LOW_BITS
    for (let factor = 2 ** 7; byte >= MORE; factor *= 2 ** 7) {
      byte = this.buffer[this.at++]!
      raw += (byte & LOW_BITS) * factor
    }
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2
  }

  bytes(): Buffer | null {
    const length = this.varint()
    if (length < 0) return null
    this.at += length
    return this.buffer.subarray(this.at - length, this.at)
  }

  skipBytes(): void {
    const length = this.varint()
    if (length > 0) this.at += length
  }
}

/** A record that is taken apart only as far as somebody asks. Has the properties of kafkajs' messages. */
class FetchedRecord {
  readonly #buffer: Buffer
  readonly #keyAt: number
  readonly #offset: number
  readonly #timestamp: number
  readonly size: number
  readonly batchContext: BatchContext
  readonly isControlRecord = false
  readonly attributes = 0

  constructor(buffer: Buffer, size: number, keyAt: number, offset: number, timestamp: number, batchContext: BatchContext) {
    this.size = size
    this.#buffer = buffer
    this.#keyAt = keyAt
    this.#offset = offset
    this.#timestamp = timestamp
    this.batchContext = batchContext
  }

  get offset(): string {
    return String(this.#offset)
  }

  get timestamp(): string {
    return String(this.#timestamp)
  }

  get key(): Buffer | null {
    return new RecordReader(this.#buffer, this.#keyAt).bytes()
  }

  get value(): Buffer | null {
    const reader = new RecordReader(this.#buffer, this.#keyAt)
    reader.skipBytes()
    return reader.bytes()
  }

  get headers(): Record<string, Buffer | null | (Buffer | null)[]> {
    const reader = new RecordReader(this.#buffer, this.#keyAt)
    reader.skipBytes()
    reader.skipBytes()
    const headers: Record<string, Buffer | null | (Buffer | null)[]> = {}
    for (let left = reader.varint(); left > 0; left--) {
      const name = String(reader.bytes())
      const value = reader.bytes()
      const known = headers[name]
      headers[name] = known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value]
    }
    return headers
  }
}

/** Reads a batch that is whole, without compression, and not a mark of a transaction. */
function decodeRecords(buffer: Buffer, start: number): FetchedRecord[] {
  const attributes = buffer.readInt16BE(start + ATTRIBUTES_AT)
  const baseOffset = Number(buffer.readBigInt64BE(start))
  const appendTime = (attributes & LOG_APPEND_TIME) !== 0
  const baseTimestamp = Number(buffer.readBigInt64BE(start + (appendTime ? MAX_TIMESTAMP_AT : BASE_TIMESTAMP_AT)))
  const context: BatchContext = {
    producerId: String(buffer.readBigInt64BE(start + PRODUCER_ID_AT)),
    inTransaction: (attributes & TRANSACTIONAL) !== 0,
  }
  const records = new Array<FetchedRecord>(buffer.readInt32BE(start + COUNT_AT))
  const reader = new RecordReader(buffer, start + HEAD_BYTES)
  for (let index = 0; index < records.length; index++) {
    const length = reader.varint()
    const end = reader.at + length
    // Behind the record's attributes, of which there are none.
    reader.at++
    const timestampDelta = reader.varlong()
    const offsetDelta = reader.varint()
    records[index] = new FetchedRecord(
      buffer,
      length,
      reader.at,
      baseOffset + offsetDelta,
      baseTimestamp + (appendTime ? 0 : timestampDelta),
      context,
    )
    reader.at = end
  }
  return records
}

type DecodeBatch = (decoder: FetchDecoder) => Promise<DecodedBatch>

/** Decodes the batch at the decoder's place and moves it behind; what is not plain is left to kafkajs' own function. */
export const batchDecoder =
  (original: DecodeBatch): DecodeBatch =>
  async (decoder) => {
    const { buffer, offset: start } = decoder
    checkBatch(buffer, start)
    const isWhole = buffer.length - start >= HEAD_BYTES && buffer.length - start - UNCOUNTED_BYTES >= buffer.readInt32BE(start + LENGTH_AT)
    if (!isWhole || (buffer.readInt16BE(start + ATTRIBUTES_AT) & (COMPRESSION | CONTROL)) !== 0) return original(decoder)
    decoder.offset += UNCOUNTED_BYTES + buffer.readInt32BE(start + LENGTH_AT)
    return { records: decodeRecords(buffer, start) }
  }

/** Puts our decoding in the place of kafkajs 2.2.4's, which makes some fifty objects and big integers for each record. */
export function replaceBatchDecoding(): void {
  replaceModule<DecodeBatch>('protocol/recordBatch/v0/decoder.js', batchDecoder)
}
