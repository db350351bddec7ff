import { createRequire } from 'node:module'
import { crc32c } from './crc32c.ts'

/** What kafkajs reads a fetched answer with, as it is inside. */
interface FetchDecoder {
  buffer: Buffer
  offset: number
}

type DecodeBatch = (decoder: FetchDecoder) => Promise<unknown>

// Places in a batch: https://kafka.apache.org/documentation/#recordbatch
const LENGTH_AT = 8
/** Bytes ahead of those that the length counts. */
const UNCOUNTED_BYTES = 12
const CRC_AT = 17
const CHECKED_FROM = 21

/**
 * Checks the checksum of the batch at a place of a fetched answer. One that is not whole is none of ours: the next answer has it.
 * @throws {Error} when the network has changed it
 */
export function checkBatch(buffer: Buffer, start: number): void {
  if (buffer.length < start + CHECKED_FROM) return
  const end = start + UNCOUNTED_BYTES + buffer.readInt32BE(start + LENGTH_AT)
  if (end > buffer.length) return
  if (end < start + CHECKED_FROM || crc32c(buffer, start + CHECKED_FROM, end) !== buffer.readUInt32BE(start + CRC_AT)) {
    throw new Error('a batch from Kafka does not fit its checksum')
  }
}

const replacement = 'checkThenDecode'

/** Lets kafkajs 2.2.4 decode only what fits its checksum, which it never looks at itself. */
export function replaceBatchDecoding(): void {
  const require = createRequire(import.meta.url)
  const path = require.resolve('kafkajs/src/protocol/recordBatch/v0/decoder.js')
  const original = require(path) as DecodeBatch
  if (original.name === replacement) return
  const checking = {
    [replacement]: async (decoder: FetchDecoder): Promise<unknown> => {
      checkBatch(decoder.buffer, decoder.offset)
      return original(decoder)
    },
  }
  require.cache[path]!.exports = checking[replacement]
}
