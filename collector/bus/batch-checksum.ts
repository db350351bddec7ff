import { crc32c } from '@node-rs/crc32'

// Places in a batch: https://kafka.apache.org/documentation/#recordbatch
const LENGTH_AT = 8
/** Bytes ahead of those that the length counts. */
const UNCOUNTED_BYTES = 12
const CRC_AT = 17
const CHECKED_FROM = 21

/**
 * Checks the checksum (kafkajs 2.2.4 never looks at it) of the batch at a place of a fetched answer. One that is not whole is none of ours: the next answer has it.
 * @throws {Error} when the network has changed it
 */
export function checkBatch(buffer: Buffer, start: number): void {
  if (buffer.length < start + CHECKED_FROM) return
  const end = start + UNCOUNTED_BYTES + buffer.readInt32BE(start + LENGTH_AT)
  if (end > buffer.length) return
  if (end < start + CHECKED_FROM || crc32c(buffer.subarray(start + CHECKED_FROM, end)) !== buffer.readUInt32BE(start + CRC_AT)) {
    throw new Error('a batch from Kafka does not fit its checksum')
  }
}
