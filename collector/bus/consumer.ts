import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer, EachBatchPayload, Kafka, TopicPartitionOffset } from 'kafkajs'
import type { Logger } from 'pino'
import type { Telemetry } from '../telemetry.ts'

/** Works through one batch of a partition; when it returns, the batch is acknowledged. */
export type BatchHandler = (batch: EachBatchPayload['batch']) => Promise<void>

export interface ConsumerOptions {
  groupId: string
  topics: string[]
  handle: BatchHandler
  /** Where to begin, whatever the group has committed. Without it: behind that, or at the very start. */
  startAt?(): Promise<TopicPartitionOffset[]>
}

/** A consumer that comes back after every failure, until it is closed. */
export interface SteadyConsumer {
  /** The failure that it recovers from now, if any. */
  failure(): string | undefined
  close(): Promise<void>
}

const HEARTBEAT_MS = 3_000
const COMMIT_EVERY_MS = 1_000
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 3_000
/** Batches of so many partitions are worked on at once, so that the store gets large writes although each partition has little. */
const CONCURRENT_PARTITIONS = 32
const MAX_PARTITION_BYTES = 3 * 1024 * 1024

/** The group must hear from us although the store may take its time. */
async function whileBeating(work: Promise<void>, heartbeat: () => Promise<void>, log: Logger): Promise<void> {
  const timer = setInterval(() => {
    heartbeat().catch((error: Error) => log.debug({ err: error }, 'heartbeat failed: the group is changing'))
  }, HEARTBEAT_MS)
  try {
    await work
  } finally {
    clearInterval(timer)
  }
}

/**
 * Reads topics as a member of a group. An offset is marked only after the handler has returned, and kafkajs commits marked offsets only,
 * once a second, on a rebalance and at the end.
 */
export function steadyConsumer(
  kafka: Kafka,
  { groupId, topics, handle, startAt }: ConsumerOptions,
  log: Logger,
  telemetry: Telemetry,
): SteadyConsumer {
  const stopping = new AbortController()
  let failure: string | undefined = 'not joined yet'
  let current: Consumer | undefined

  const eachBatch = async ({ batch, heartbeat, resolveOffset, isStale }: EachBatchPayload): Promise<void> => {
    if (isStale()) return
    await whileBeating(handle(batch), heartbeat, log)
    resolveOffset(batch.lastOffset())
    const { topic, partition } = batch
    telemetry.consumed.inc(batch.messages.length)
    telemetry.lag.set({ topic, partition: String(partition) }, Number(batch.offsetLag()))
    await heartbeat()
  }

  /** Resolves with the error that ended it. */
  async function runOnce(): Promise<Error> {
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: 12_000,
      heartbeatInterval: HEARTBEAT_MS,
      minBytes: 64 * 1024,
      maxWaitTimeInMs: 100,
      maxBytesPerPartition: MAX_PARTITION_BYTES,
      allowAutoTopicCreation: false,
      retry: { retries: 3, restartOnFailure: async () => false },
    })
    const crashed = new Promise<Error>((resolve) => {
      consumer.on('consumer.crash', ({ payload }) => resolve(payload.error))
    })
    consumer.on('consumer.group_join', () => {
      failure = undefined
    })
    current = consumer
    try {
      await consumer.connect()
      const places = await startAt?.()
      await consumer.subscribe({ topics, fromBeginning: true })
      await consumer.run({
        eachBatch,
        eachBatchAutoResolve: false,
        autoCommitInterval: COMMIT_EVERY_MS,
        partitionsConsumedConcurrently: CONCURRENT_PARTITIONS,
      })
      for (const place of places ?? []) consumer.seek(place)
      return await crashed
    } catch (error) {
      return error as Error
    } finally {
      await consumer.disconnect().catch((error: Error) => log.debug({ err: error }, 'a broken consumer did not close'))
    }
  }

  async function run(): Promise<void> {
    let pause = FIRST_PAUSE_MS
    while (!stopping.signal.aborted) {
      const started = Date.now()
      const error = await runOnce()
      if (stopping.signal.aborted) return
      failure = `Kafka: ${error.message}`
      telemetry.consumerRestarts.inc()
      log.warn({ reason: failure }, 'the consumer starts anew')
      pause = Date.now() - started > 60_000 ? FIRST_PAUSE_MS : Math.min(pause * 2, LONGEST_PAUSE_MS)
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  void run()
  return {
    failure: () => failure,
    async close() {
      stopping.abort()
      // Ends the run: kafkajs waits for the batches under way, commits what they marked and leaves the group.
      await current?.disconnect()
    },
  }
}
