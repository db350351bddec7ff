import { randomUUID } from 'node:crypto'
import { type IHeaders, Kafka, logLevel } from 'kafkajs'

/** A record as a consumer of its own reads it. */
export interface ReadRecord {
  topic: string
  partition: number
  offset: string
  key: string | null
  value: string
  headers: IHeaders
}

/** Reads topics from their start until `enough` says so, at most for so many ms. */
export async function readTopics(
  brokers: string,
  topics: string[],
  enough: (records: readonly ReadRecord[]) => boolean,
  withinMs = 30_000,
): Promise<ReadRecord[]> {
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: `reader-${randomUUID()}` })
  const records: ReadRecord[] = []
  await consumer.connect()
  await consumer.subscribe({ topics, fromBeginning: true })
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`only ${records.length} records came`)), withinMs)
    consumer
      .run({
        eachMessage: async ({ topic, partition, message: { offset, key, value, headers } }) => {
          records.push({ topic, partition, offset, key: key && String(key), value: String(value), headers: headers ?? {} })
          if (!enough(records)) return
          clearTimeout(timer)
          resolve()
        },
      })
      .catch(reject)
  }).finally(() => consumer.disconnect())
  return records
}
