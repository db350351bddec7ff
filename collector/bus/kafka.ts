import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EventName, eventTypes } from '@webwatch/events'
import type { Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { KafkaConfig } from '../config.ts'
import { within } from '../deadline.ts'
import type { Stage } from '../receipts/receipt.ts'
import { type Accepted, encodeRecord } from '../record.ts'
import type { Telemetry } from '../telemetry.ts'
import type { Bus, DeadLetter, Placement } from './bus.ts'
import { kafkaClient } from './client.ts'
import { type BatchHandler, type SteadyConsumer, steadyConsumer } from './consumer.ts'
import { letterRecord, shorterLetter } from './dead-letters.ts'
import { openLease } from './lease.ts'
import { type Outgoing, sizeOf } from './outgoing.ts'
import { kafkaPublisher } from './producer.ts'
import { followReceipts, stageRecord, stagesOfDrained } from './receipts-topic.ts'
import { REFUSED, type Substitute } from './refused-records.ts'
import { openSpool } from './spool.ts'
import { spooledPublisher } from './spooled-publisher.ts'
import { allTopics, createTopics } from './topics.ts'

/** A bus with a place for what cannot be stored. */
export interface KafkaBus extends Bus {
  /** Starts to hand what lies in the topics to the handler; it is acknowledged when the handler has returned. */
  consume(handle: BatchHandler): void
  /** Resolves once the dead-letter topic has them. @throws {BusUnavailable} */
  bury(letters: readonly DeadLetter[]): Promise<void>
  /** Reads no more, and resolves when what was read is stored and acknowledged, or would take too long; records can still be published. */
  stopConsuming(): Promise<void>
}

const none: ReadonlySet<string> = new Set()
const ANSWER_MS = 3_000
const CREATE_TOPICS_EVERY_MS = 3_000

/** Shared by all records of a type: kafkajs only reads them. */
const headersOf = Object.fromEntries(
  eventTypes.map(({ type }) => [type, { schema: `webwatch.${type}/1`, 'content-type': 'application/json' }]),
) as unknown as Record<EventName, Record<string, string>>

/** Why the cluster does not answer, or undefined when it does. */
async function kafkaIllness(kafka: Kafka, log: Logger): Promise<string | undefined> {
  const admin = kafka.admin({ retry: { retries: 0 } })
  try {
    await within(
      ANSWER_MS,
      admin.connect().then(() => admin.describeCluster()),
    )
    return undefined
  } catch (error) {
    return `Kafka: ${(error as Error).message}`
  } finally {
    admin.disconnect().catch((error: Error) => log.debug({ err: error }, 'a look at Kafka did not end in good order'))
  }
}

/** Connects to Kafka, now or as soon as it can be reached, and never gives up. Meanwhile records go to a spool in the data directory. */
export async function kafkaBus(config: KafkaConfig, dataDir: string, log: Logger, telemetry: Telemetry): Promise<KafkaBus> {
  const kafka = kafkaClient(config, log)
  const directory = join(dataDir, 'spool')
  const spool = await openSpool<Outgoing>({ directory, maxBytes: config.spoolMaxBytes, sizeOf })
  const lease = await openLease(directory)
  /** Events that Kafka refuses go to the dead letters, letters become shorter, and receipts are dropped. */
  const substitute: Substitute = (record, { type, about }) => {
    if (record.topic === config.deadLetterTopic) return (about === 'size' && shorterLetter(record)) || null
    if (record.topic === config.receiptsTopic) {
      telemetry.receiptsDropped.inc()
      return undefined
    }
    const { topic } = record
    return letterRecord(config.deadLetterTopic, { code: REFUSED, message: `Kafka: ${type}`, topic, value: record.value.toString('utf8') })
  }
  const direct = kafkaPublisher(kafka, { substitute, topicMissing: () => void createMissing() }, log, telemetry)
  let post: ((stages: readonly Stage[]) => void) | undefined
  const toRecords = (stages: readonly Stage[]) => stages.map((stage) => stageRecord(config.receiptsTopic, stage))
  const dropped = (stages: readonly Stage[]) => (error: Error) => {
    telemetry.receiptsDropped.inc(stages.length)
    log.debug({ reason: error.message, stages: stages.length }, 'receipts were dropped')
  }

  /** Who asks may ask later, or another process: the topic keeps it for them. */
  async function tellDrained(records: readonly Outgoing[], placements: readonly Placement[]): Promise<void> {
    const stages = stagesOfDrained(records, placements)
    if (stages.length === 0) return
    post?.(stages)
    await direct.sendAtOnce(toRecords(stages)).catch(dropped(stages))
  }
  const publisher = spooledPublisher(direct, spool, lease, tellDrained, log, telemetry)
  const stopping = new AbortController()
  let consumer: SteadyConsumer | undefined
  let follower: SteadyConsumer | undefined
  let topicsMissing: string | undefined = 'topics are not there yet'

  async function ensureTopics(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await createTopics(kafka, config)
        topicsMissing = undefined
        return
      } catch (error) {
        topicsMissing = `Kafka: ${(error as Error).message}`
        log.warn({ reason: topicsMissing, brokers: config.brokers }, 'topics cannot be created yet')
        await sleep(CREATE_TOPICS_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
    }
  }
  let creating: Promise<void> | undefined
  /** At the start, and again when somebody has deleted a topic: what is for it would keep all that is behind it in the spool. */
  function createMissing(): Promise<void> {
    creating ??= ensureTopics().finally(() => {
      creating = undefined
    })
    return creating
  }
  const ready = createMissing()

  const outgoing = (accepted: Accepted): Outgoing => ({
    topic: config.topics[accepted.event.type as EventName],
    key: accepted.event.session,
    value: Buffer.from(encodeRecord(accepted)),
    headers: headersOf[accepted.event.type as EventName],
  })

  const bury = async (letters: readonly DeadLetter[]): Promise<void> => {
    if (letters.length === 0) return
    await publisher.send(letters.map((letter) => letterRecord(config.deadLetterTopic, letter)))
    for (const { code, message, placement } of letters) {
      telemetry.deadLetters.inc({ code })
      log.warn({ code, placement }, 'a record went to the dead-letter topic')
      // The reason may quote the record.
      log.debug({ reason: message, placement }, 'why a record went to the dead-letter topic')
    }
  }

  let ended: Promise<unknown> | undefined
  const stopConsuming = async (): Promise<void> => {
    stopping.abort()
    ended ??= Promise.all([consumer?.close(), follower?.close()])
    await ended
  }

  return {
    name: 'kafka',
    bury,
    async publish(records) {
      const placements = await publisher.send(records.map(outgoing))
      return { duplicates: none, ...(placements && { placements }) }
    },
    consume(handle) {
      const own = [config.deadLetterTopic, config.receiptsTopic]
      const topics = allTopics(config).filter((topic) => !own.includes(topic))
      // The first join of a group must see the topics, or it would own none of their partitions.
      void ready.then(() => {
        if (!stopping.signal.aborted) consumer = steadyConsumer(kafka, { groupId: config.groupId, topics, handle, telemetry }, log)
      })
    },
    announce(stages) {
      post?.(stages)
      direct.send(toRecords(stages)).catch(dropped(stages))
    },
    follow(board) {
      if (post) return
      post = board
      void ready.then(() => {
        if (!stopping.signal.aborted) follower = followReceipts(kafka, config, board, log)
      })
    },
    async health() {
      const reason = topicsMissing ?? publisher.failure() ?? consumer?.failure() ?? (await kafkaIllness(kafka, log))
      return { ok: reason === undefined, ...(reason !== undefined && { reason }), spool: publisher.depth() }
    },
    stopConsuming,
    async close() {
      await stopConsuming()
      await publisher.close()
    },
  }
}
