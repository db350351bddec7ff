import type { Message } from 'kafkajs'

/** A record on its way to a topic. The partition is filled in when it is chosen. */
export interface Outgoing extends Message {
  topic: string
  value: Buffer
}

/** Room for the parts of a record around its value. */
const RECORD_OVERHEAD_BYTES = 150

/** Bytes that a record takes, about. */
export const sizeOf = (record: Outgoing): number => record.value.length + RECORD_OVERHEAD_BYTES
/** Bytes that all of them take, about. */
export const sizeOfAll = (records: readonly Outgoing[]): number => records.reduce((sum, record) => sum + sizeOf(record), 0)
