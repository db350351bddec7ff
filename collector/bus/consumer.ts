import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer, EachBatchPayload, Kafka, TopicPartitionOffset } from 'kafkajs'
import type { Logger } from 'pino'
import { within } from '../deadline.ts'
import type { Telemetry } from '../telemetry.ts'
import { clockWasSet } from './clock-watch.ts'
import { Progress } from './progress.ts'
import { Room } from './room.ts'

/** Records of one partition, in order. */
export type FetchedBatch = EachBatchPayload['batch']

/** Works through one batch; when it returns, the batch is acknowledged. Batches of one partition may be under way at the same time. */
export type BatchHandler = (batch: FetchedBatch) => Promise<void>

export interface ConsumerOptions {
  groupId: string
  topics: string[]
  handle: BatchHandler
  /** Where each life begins, whatever the group has committed. Without it: behind that, or at the very start. */
  startAt?(): Promise<TopicPartitionOffset[]>
  /** Counts what is read; absent for what are no events. */
  telemetry?: Telemetry
}

/** A consumer that comes back after every failure, until it is closed. */
export interface SteadyConsumer {
  /** The failure that it recovers from now, if any. */
  failure(): string | undefined
  close(): Promise<void>
}

const HEARTBEAT_MS = 3_000
/** The broker answers as soon as it has so much, or after so long. */
const MIN_FETCH_BYTES = 64 * 1024
const MAX_WAIT_MS = 100
const COMMIT_EVERY_MS = 1_000
/** A partition that an answer damaged on its way has left out is not read, and nobody complains, until the topics are looked up again. */
const METADATA_MAX_AGE_MS = 5_000
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 3_000
/** Batches of so many partitions wait for room at once. */
const CONCURRENT_PARTITIONS = 32
const MAX_PARTITION_BYTES = 3 * 1024 * 1024
/** Bytes of records that are read and not yet stored: enough to fill the next writes while some are under way. */
const MAX_AHEAD_BYTES = 16 * 1024 * 1024
/** How long a rebalance or a stop waits for what is under way; the rest is delivered again. */
const SETTLE_MS = 5_000
/** The same for a stop, with the commit, and then how long leaving the group may take: Kafka may not answer. */
const STOP_MS = 3_000
const PARTING_MS = 1_000

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

const bytesOf = (batch: FetchedBatch): number => batch.messages.reduce((sum, { size, value }) => sum + (size ?? value?.length ?? 0), 0)

/** One life of a consumer: what it reads is handed over at once, and committed when it and everything ahead of it is done. */
function reading({ handle, telemetry }: ConsumerOptions, room: Room, log: Logger) {
  const progress = new Progress()
  const partitions = new Map<string, { topic: string; partition: string }>()
  let commitOffsets: EachBatchPayload['commitOffsetsIfNecessary'] | undefined
  let committing: Promise<void> = Promise.resolve()
  let fail: (error: Error) => void = () => undefined
  const failed = new Promise<Error>((resolve) => {
    fail = resolve
  })

  async function commitReached(): Promise<void> {
    const offsets = progress.uncommitted()
    if (offsets.topics.length === 0 || !commitOffsets) return
    try {
      await commitOffsets(offsets)
      progress.committed(offsets)
    } catch (error) {
      log.debug({ err: error }, 'offsets could not be committed now')
    }
  }

  const commit = (): Promise<void> => {
    committing = committing.then(commitReached)
    return committing
  }

  async function settle(): Promise<void> {
    await Promise.race([room.empty(), sleep(SETTLE_MS, undefined, { ref: false })])
    await commit()
  }

  /** Hands a batch over, and returns when there is room for it, not when it is stored. */
  async function eachBatch({ batch, heartbeat, resolveOffset, isStale, commitOffsetsIfNecessary }: EachBatchPayload): Promise<void> {
    if (isStale()) return
    commitOffsets = commitOffsetsIfNecessary
    const { topic, partition } = batch
    const labels = { topic, partition: String(partition) }
    partitions.set(`${topic} ${partition}`, labels)
    // Before there is room for it: a store that takes nothing is when the number matters.
    telemetry?.lag.set(labels, Number(batch.offsetLag()) + batch.messages.length)
    const bytes = bytesOf(batch)
    await whileBeating(room.enter(bytes), heartbeat, log)
    const done = progress.begin(topic, partition, String(BigInt(batch.lastOffset()) + 1n))
    void handle(batch)
      .then(done, fail)
      .finally(() => room.leave(bytes))
    // From here on kafkajs reads on behind this batch; committing is ours alone.
    resolveOffset(batch.lastOffset())
    telemetry?.consumed.inc(batch.messages.length)
    telemetry?.lag.set(labels, Number(batch.offsetLag()))
    await heartbeat().catch(async (error) => {
      // The group is changing: whoever gets the partition should not have to do our work again.
      await settle()
      throw error
    })
  }

  /** Whoever reads these partitions from now on tells how far they are behind. */
  function forgetLag(): void {
    for (const labels of partitions.values()) telemetry?.lag.remove(labels)
    partitions.clear()
  }

  /**
   * Begins anew behind what the group has committed. What is still being stored from before may be another member's by now: committed here, it would
   * take back what that one has committed.
   */
  function begin(): void {
    progress.forget()
    forgetLag()
  }
  return { eachBatch, commit, settle, failed, begin, forgetLag }
}

/**
 * Reads topics as a member of a group, ahead of what the handler has done but never further than memory should hold. An offset is committed only
 * after the handler has returned for everything ahead of it: once a second, on a rebalance and at the end.
 */
export function steadyConsumer(kafka: Kafka, options: ConsumerOptions, log: Logger): SteadyConsumer {
  const { groupId, topics, startAt, telemetry } = options
  const stopping = new AbortController()
  const room = new Room(MAX_AHEAD_BYTES)
  let failure: string | undefined = 'not joined yet'
  let current: { consumer: Consumer; settle(): Promise<void> } | undefined

  /** Resolves with the error that ended it. */
  async function runOnce(): Promise<Error> {
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: 12_000,
      heartbeatInterval: HEARTBEAT_MS,
      minBytes: MIN_FETCH_BYTES,
      maxWaitTimeInMs: MAX_WAIT_MS,
      maxBytesPerPartition: MAX_PARTITION_BYTES,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      allowAutoTopicCreation: false,
      retry: { retries: 3, restartOnFailure: async () => false },
    })
    const { eachBatch, commit, settle, failed, begin, forgetLag } = reading(options, room, log)
    const crashed = new Promise<Error>((resolve) => {
      consumer.on('consumer.crash', ({ payload }) => resolve(payload.error))
    })
    consumer.on('consumer.group_join', () => {
      failure = undefined
      begin()
    })
    current = { consumer, settle }
    const committer = setInterval(commit, COMMIT_EVERY_MS)
    const life = new AbortController()
    try {
      await consumer.connect()
      const places = await startAt?.()
      // Whoever says where to begin has no use for all that lies ahead of it, should the group begin anew within one life.
      await consumer.subscribe({ topics, fromBeginning: !startAt })
      await consumer.run({
        eachBatch,
        eachBatchAutoResolve: false,
        autoCommit: false,
        partitionsConsumedConcurrently: CONCURRENT_PARTITIONS,
      })
      for (const place of places ?? []) consumer.seek(place)
      return await Promise.race([crashed, failed, clockWasSet(life.signal)])
    } catch (error) {
      return error as Error
    } finally {
      clearInterval(committer)
      life.abort()
      forgetLag()
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
      telemetry?.consumerRestarts.inc()
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
      if (!current) return
      const { consumer, settle } = current
      try {
        consumer.pause(topics.map((topic) => ({ topic })))
      } catch (error) {
        log.debug({ err: error }, 'the consumer stops before it has joined')
      }
      // What is not committed by then is delivered again, and stored once all the same.
      const late = (error: Error): void => log.debug({ err: error }, 'the consumer stops before everything is committed')
      await within(STOP_MS, settle()).catch(late)
      await within(PARTING_MS, consumer.disconnect()).catch(late)
    },
  }
}
