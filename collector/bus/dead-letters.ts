import type { Consumer, Kafka, KafkaMessage, Producer } from 'kafkajs'
import type { Logger } from 'pino'
import type { KafkaConfig } from '../config.ts'
import type { DeadLetter } from './bus.ts'
import { kafkaClient } from './client.ts'
import type { Outgoing } from './producer.ts'

const headers = { schema: 'webwatch.dead-letter/1', 'content-type': 'application/json' }

/** Kafka takes 1 MB for one record by default. A letter that it refuses for good would keep all that come behind it from going. */
const MAX_LETTER_BYTES = 900_000
/** Letters that say less are not cut any more. */
const FEW_CHARACTERS = 100
/** Most bytes that JSON writes for one character of a text. */
const MOST_ESCAPED_BYTES = 6

function letterText({ value, ...cause }: DeadLetter): Buffer {
  const letter = { ...cause, at: Date.now(), value }
  const whole = Buffer.from(JSON.stringify(letter))
  if (whole.length <= MAX_LETTER_BYTES) return whole
  const room = Math.floor((MAX_LETTER_BYTES - (whole.length - Buffer.byteLength(JSON.stringify(value)))) / MOST_ESCAPED_BYTES)
  return Buffer.from(JSON.stringify({ ...letter, value: value.slice(0, Math.max(0, room - MOST_ESCAPED_BYTES)), cut: true }))
}

/** The record that keeps a letter in the dead-letter topic. Letters of one partition stay in order. Of a value that is too large its beginning is kept. */
export const letterRecord = (topic: string, letter: DeadLetter): Outgoing => ({
  topic,
  key: letter.placement ? `${letter.placement.topic}/${letter.placement.partition}` : null,
  value: letterText(letter),
  headers,
})

/** Half of a letter that is too large for its topic, or undefined when there is hardly anything left to cut. */
export function shorterLetter(record: Outgoing): Outgoing | undefined {
  const letter = JSON.parse(record.value.toString('utf8')) as DeadLetter
  if (letter.value.length < FEW_CHARACTERS) return undefined
  const value = letter.value.slice(0, Math.floor(letter.value.length / 2))
  return { ...record, value: Buffer.from(JSON.stringify({ ...letter, value, cut: true })) }
}

/** What a replay found and did. */
export interface Replay {
  /** Letters since the last replay. */
  found: number
  /** Letters whose records were put back into the topics that they came from. */
  replayed: number
  /** Letters of which nothing can be made: their records are not events. */
  left: number
}

interface Position {
  partition: number
  /** Offset of the first letter that was not replayed. */
  from: bigint
  /** Offset behind the last letter. */
  end: bigint
}

/** Partitions with letters that no replay has seen. */
async function positions(kafka: Kafka, topic: string, groupId: string): Promise<Position[]> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const [known] = await admin.fetchOffsets({ groupId, topics: [topic] })
    const committed = new Map(known?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]))
    return (await admin.fetchTopicOffsets(topic))
      .map(({ partition, low, high }) => {
        const seen = committed.get(partition) ?? -1n
        return { partition, from: seen > BigInt(low) ? seen : BigInt(low), end: BigInt(high) }
      })
      .filter(({ from, end }) => from < end)
  } finally {
    await admin.disconnect()
  }
}

/** The record that a letter is about, on its way back, or undefined when it is none. */
function revive({ value }: KafkaMessage): Outgoing | undefined {
  try {
    const letter = JSON.parse(String(value)) as DeadLetter
    const record = JSON.parse(letter.value) as { session?: string; type?: string }
    const topic = letter.placement?.topic ?? letter.topic
    if (topic === undefined || typeof record.session !== 'string') return undefined
    const schema = `webwatch.${record.type}/1`
    return { topic, key: record.session, value: Buffer.from(letter.value), headers: { ...headers, schema } }
  } catch {
    return undefined
  }
}

/** Hands the letters between the positions to the function, partition by partition, and resolves behind the last one. */
async function readLetters(
  consumer: Consumer,
  topic: string,
  places: Position[],
  take: (messages: KafkaMessage[]) => Promise<void>,
): Promise<void> {
  const open = new Map(places.map((place) => [place.partition, place]))
  await consumer.subscribe({ topic, fromBeginning: true })
  await new Promise<void>((resolve, reject) => {
    consumer.on('consumer.crash', ({ payload }) => reject(payload.error))
    consumer
      .run({
        autoCommit: false,
        eachBatch: async ({ batch: { partition, messages } }) => {
          const place = open.get(partition)
          const letters = messages.filter(({ offset }) => place && BigInt(offset) >= place.from && BigInt(offset) < place.end)
          await take(letters)
          if (place && BigInt(messages.at(-1)?.offset ?? -1) >= place.end - 1n) open.delete(partition)
          if (open.size === 0) resolve()
        },
      })
      .catch(reject)
    for (const { partition, from } of places) consumer.seek({ topic, partition, offset: String(from) })
  })
}

/** Puts the records of letters back; what cannot go back stays where it is. */
async function putBack(producer: Producer | undefined, letters: readonly KafkaMessage[], replay: Replay): Promise<void> {
  const records = letters.flatMap((letter) => revive(letter) ?? [])
  replay.found += letters.length
  replay.left += letters.length - records.length
  if (producer && records.length > 0) {
    await producer.sendBatch({ acks: -1, topicMessages: records.map(({ topic, ...message }) => ({ topic, messages: [message] })) })
  }
  replay.replayed += records.length
}

/**
 * Puts dead letters back into the topics that they came from, each once: what was replayed is committed for a group of its own.
 * @param dryRun only counts
 */
export async function replayDeadLetters(config: KafkaConfig, log: Logger, dryRun: boolean): Promise<Replay> {
  const kafka = kafkaClient(config, log)
  const topic = config.deadLetterTopic
  const groupId = `${config.groupId}.replay`
  const replay: Replay = { found: 0, replayed: 0, left: 0 }
  const places = await positions(kafka, topic, groupId)
  if (places.length === 0) return replay
  const producer = dryRun ? undefined : kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry: { retries: 10 } })
  const consumer = kafka.consumer({ groupId })
  await producer?.connect()
  await consumer.connect()
  try {
    await readLetters(consumer, topic, places, (letters) => putBack(producer, letters, replay))
    if (!dryRun) await consumer.commitOffsets(places.map(({ partition, end }) => ({ topic, partition, offset: String(end) })))
  } finally {
    await consumer.disconnect()
    await producer?.disconnect()
  }
  return replay
}
