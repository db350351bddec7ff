import type { Admin, Consumer, KafkaMessage, Producer } from 'kafkajs'
import type { Logger } from 'pino'
import type { KafkaConfig } from '../config.ts'
import type { DeadLetter } from './bus.ts'
import { kafkaClient } from './client.ts'
import type { Outgoing } from './outgoing.ts'

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

/** One line for whoever has asked for a replay. */
const ANOTHER = 'another replay of dead letters is under way, or was killed less than a minute ago: wait for its end and try again'
/** How often a replay looks whether the topic has forgotten what it waits for. */
const LOOK_EVERY_MS = 1_000

interface Position {
  partition: number
  /** Offset of the first letter that was not replayed. */
  from: bigint
  /** Offset behind the last letter. */
  end: bigint
}

/** Partitions with letters that no replay has seen. */
async function positions(admin: Admin, topic: string, groupId: string): Promise<Position[]> {
  const [known] = await admin.fetchOffsets({ groupId, topics: [topic] })
  const committed = new Map(known?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]))
  return (await admin.fetchTopicOffsets(topic))
    .map(({ partition, low, high }) => {
      const seen = committed.get(partition) ?? -1n
      return { partition, from: seen > BigInt(low) ? seen : BigInt(low), end: BigInt(high) }
    })
    .filter(({ from, end }) => from < end)
}

/** Two replays would each have some of the partitions, wait for the others, and put letters back twice. */
async function aloneIn(admin: Admin, groupId: string): Promise<void> {
  const { groups } = await admin.describeGroups([groupId])
  if (groups.some(({ members }) => members.length > 0)) throw new Error(ANOTHER)
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

/**
 * Hands the letters between the positions to the function, partition by partition, and resolves behind the last one. Letters that the topic forgets
 * meanwhile are not waited for.
 * @throws when another member of the group takes partitions
 */
export async function readLetters(
  { admin, consumer, topic }: { admin: Admin; consumer: Consumer; topic: string },
  places: readonly Position[],
  take: (messages: KafkaMessage[]) => Promise<void>,
): Promise<void> {
  const open = new Map(places.map((place) => [place.partition, place]))
  await consumer.subscribe({ topic, fromBeginning: true })
  let looking: NodeJS.Timeout | undefined
  await new Promise<void>((resolve, reject) => {
    const close = (partition: number): void => {
      open.delete(partition)
      if (open.size === 0) resolve()
    }
    const closeForgotten = async (): Promise<void> => {
      for (const { partition, low } of await admin.fetchTopicOffsets(topic)) {
        const place = open.get(partition)
        if (place && BigInt(low) >= place.end) close(partition)
      }
    }
    looking = setInterval(() => closeForgotten().catch(reject), LOOK_EVERY_MS)
    let joins = 0
    consumer.on('consumer.group_join', ({ payload: { memberAssignment } }) => {
      const own = memberAssignment[topic] ?? []
      if (joins++ > 0 || places.some(({ partition }) => !own.includes(partition))) reject(new Error(ANOTHER))
    })
    consumer.on('consumer.crash', ({ payload }) => reject(payload.error))
    consumer
      .run({
        autoCommit: false,
        eachBatch: async ({ batch }) => {
          const place = open.get(batch.partition)
          if (!place) return
          await take(batch.messages.filter(({ offset }) => BigInt(offset) >= place.from && BigInt(offset) < place.end))
          if (BigInt(batch.lastOffset()) >= place.end - 1n) close(batch.partition)
        },
      })
      .catch(reject)
    for (const { partition, from } of places) consumer.seek({ topic, partition, offset: String(from) })
  }).finally(() => clearInterval(looking))
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
 * @throws when another replay is under way
 */
export async function replayDeadLetters(config: KafkaConfig, log: Logger, dryRun: boolean): Promise<Replay> {
  const kafka = kafkaClient(config, log)
  const topic = config.deadLetterTopic
  const groupId = `${config.groupId}.replay`
  const replay: Replay = { found: 0, replayed: 0, left: 0 }
  const admin = kafka.admin()
  const producer = dryRun ? undefined : kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry: { retries: 10 } })
  const consumer = kafka.consumer({ groupId })
  try {
    await admin.connect()
    await aloneIn(admin, groupId)
    const places = await positions(admin, topic, groupId)
    if (places.length === 0) return replay
    await producer?.connect()
    await consumer.connect()
    await readLetters({ admin, consumer, topic }, places, (letters) => putBack(producer, letters, replay))
    if (!dryRun) await consumer.commitOffsets(places.map(({ partition, end }) => ({ topic, partition, offset: String(end) })))
  } finally {
    await Promise.all([admin, consumer, producer].map((part) => part?.disconnect()))
  }
  return replay
}
