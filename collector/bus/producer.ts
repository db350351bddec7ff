import type { ICustomPartitioner, Kafka, Producer, RecordMetadata } from 'kafkajs'
import type { Logger } from 'pino'
import { Late, within } from '../deadline.ts'
import { BusOverloaded, BusUnavailable } from '../errors.ts'
import { groupCommit } from '../group-commit.ts'
import { paceOf } from '../pace.ts'
import type { Telemetry } from '../telemetry.ts'
import type { Placement } from './bus.ts'
import { murmur2 } from './murmur2.ts'
import { type Outgoing, sizeOfAll } from './outgoing.ts'
import { isTopicMissing, refusalOf } from './refusals.ts'
import { MAX_REQUEST_BYTES, Refused, type Substitute, sendingApart } from './refused-records.ts'

/** Sends records with acks=all. */
export interface Publisher {
  /**
   * Resolves when all in-sync replicas have the records, with the place of each.
   * @throws {BusUnavailable} when Kafka did not take them now; some may still be there
   * @throws {BusRefused} when Kafka takes neither them nor what is sent in their place
   * @throws {BusOverloaded} when too much waits already
   */
  send(records: readonly Outgoing[]): Promise<readonly Placement[]>
  /** The same for one group of records, past the queue of `send` and although it may be shut. */
  sendAtOnce(records: readonly Outgoing[]): Promise<readonly Placement[]>
  /** From now on `send` fails at once, also for what waits in its queue. */
  shut(reason: string): void
  /** Kafka takes records again, from this process or another one. */
  open(): void
  /** The failure of the last attempt, until one succeeds. */
  failure(): string | undefined
  close(): Promise<void>
}

export interface PublisherOptions {
  substitute: Substitute
  /** Is told that a topic is gone. */
  topicMissing(): void
}

/** How long a request waits for more records: each costs us and the broker as much CPU as dozens of records, so many single events should share one. */
const LINGER_MS = 5
/** Most bytes of records in memory: what is more is refused, so that senders slow down. */
const MAX_PENDING_BYTES = 32 * 1024 * 1024
/** Longest time that records should wait for their turn: what would wait longer is refused before its sender waits in vain. */
const MAX_WAIT_MS = 2_000
/** What waits for so long because Kafka has become slower since is refused too: its sender should not wait for what comes too late. */
const TOO_LONG_MS = 3_000
const ATTEMPTS = 2
/** A Kafka that does not answer for so long does not take records: senders should not wait longer to hear of it. */
const DEADLINE_MS = 5_000
/** Nothing is lost with a connection that does not close in good order. */
const PARTING_MS = 1_000

/** The default partitioner of Kafka's clients, which also notes its choice in the record, for the record's placement. */
const notingPartitioner: ICustomPartitioner =
  () =>
  ({ message, partitionMetadata }) => {
    const key = message.key ?? ''
    message.partition = (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7fffffff) % partitionMetadata.length
    return message.partition
  }

function byTopic(records: readonly Outgoing[]): { topic: string; messages: Outgoing[] }[] {
  const topics = new Map<string, Outgoing[]>()
  for (const record of records) {
    const messages = topics.get(record.topic)
    if (messages) messages.push(record)
    else topics.set(record.topic, [record])
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }))
}

/** Within a request, the records of a partition lie behind each other from its base offset on. */
function placements(records: readonly Outgoing[], answers: readonly RecordMetadata[]): Placement[] {
  const next = new Map(answers.map(({ topicName, partition, baseOffset }) => [`${topicName}/${partition}`, BigInt(baseOffset ?? 0)]))
  return records.map(({ topic, partition = 0 }) => {
    const place = `${topic}/${partition}`
    const offset = next.get(place) ?? 0n
    next.set(place, offset + 1n)
    return { topic, partition, offset: String(offset) }
  })
}

/**
 * Makes a publisher with one request under way at a time: whatever arrives meanwhile shares the next request. Within that order the
 * idempotent producer is sound. After a failure kafkajs' count of sequences cannot be trusted, so a new producer takes over.
 */
export function kafkaPublisher(kafka: Kafka, { substitute, topicMissing }: PublisherOptions, log: Logger, telemetry: Telemetry): Publisher {
  let producer: Producer | undefined
  /** How many producers were given up, the one that is still connecting included. */
  let abandoned = 0
  let failure: string | undefined
  let shutBecause: string | undefined
  const pace = paceOf({ maxWaitMs: MAX_WAIT_MS, least: 2 * MAX_REQUEST_BYTES, most: MAX_PENDING_BYTES })

  async function connected(): Promise<Producer> {
    if (producer) return producer
    const before = abandoned
    const next = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: notingPartitioner,
      metadataMaxAge: 60_000,
      retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 500 },
    })
    await next.connect()
    if (abandoned !== before) {
      // It would take the place of another one, and nobody would see what becomes of its records.
      release(next)
      throw new Error('this producer was given up before it had connected')
    }
    producer = next
    return next
  }

  function release(broken: Producer): void {
    broken.disconnect().catch((cause: Error) => log.debug({ err: cause }, 'a broken producer did not close'))
  }

  function abandon(error: Error): void {
    telemetry.publishFailures.inc()
    failure = `Kafka: ${error.message}`
    abandoned++
    if (producer) release(producer)
    producer = undefined
  }

  const deliver = async (records: readonly Outgoing[]): Promise<RecordMetadata[]> =>
    (await connected()).sendBatch({ acks: -1, timeout: DEADLINE_MS, topicMessages: byTopic(records) })

  /** A refusal counts when it comes twice: a bad network can make any request look bad once. */
  async function sendRequest(records: readonly Outgoing[]): Promise<readonly Placement[]> {
    let refusedBefore: string | undefined
    for (let attempt = 1; ; attempt++) {
      try {
        const answers = await within(DEADLINE_MS, deliver(records))
        failure = undefined
        return placements(records, answers)
      } catch (error) {
        abandon(error as Error)
        log.warn({ reason: failure, records: records.length, attempt }, 'Kafka did not take records')
        if (isTopicMissing(error)) topicMissing()
        const refusal = refusalOf(error)
        if (refusal && refusal.type === refusedBefore) {
          const refused = new Refused(failure!, refusal)
          // Kafka works: it is these records that do not.
          failure = undefined
          throw refused
        }
        if (attempt === ATTEMPTS || error instanceof Late) throw new BusUnavailable(failure)
        refusedBefore = refusal?.type
      }
    }
  }

  const sendAll = sendingApart(sendRequest, substitute, log, telemetry)

  const overloaded = () => new BusOverloaded('Events arrive faster than Kafka takes them')
  const group = groupCommit<readonly Outgoing[], readonly Placement[]>({
    maxWeight: MAX_REQUEST_BYTES,
    concurrency: 1,
    lingerMs: LINGER_MS,
    weigh: sizeOfAll,
    // Once shut, what waits has another place to go.
    refuse: (waitedMs) => (shutBecause === undefined && waitedMs > TOO_LONG_MS ? overloaded() : undefined),
    async commit(jobs) {
      if (shutBecause !== undefined) throw new BusUnavailable(shutBecause)
      const started = performance.now()
      const placed = await sendAll(jobs.length === 1 ? jobs[0]! : jobs.flat())
      pace.worked(
        jobs.reduce((sum, job) => sum + sizeOfAll(job), 0),
        performance.now() - started,
      )
      let end = 0
      return jobs.map(({ length }) => {
        end += length
        return placed.slice(end - length, end)
      })
    },
  })

  return {
    async send(records) {
      if (group.pending() > pace.allowance()) throw overloaded()
      const sent = group.run(records)
      telemetry.pendingBytes.set(group.pending())
      return sent.finally(() => telemetry.pendingBytes.set(group.pending()))
    },
    sendAtOnce: sendAll,
    shut(reason) {
      shutBecause = reason
    },
    open() {
      shutBecause = undefined
      // Another process may have been the one that succeeded.
      failure = undefined
    },
    failure: () => failure,
    async close() {
      await group.idle()
      if (!producer) return
      await within(PARTING_MS, producer.disconnect()).catch((error: Error) => log.debug({ err: error }, 'the producer did not close'))
    },
  }
}
