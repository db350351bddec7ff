import { randomUUID } from 'node:crypto'
import type { Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { KafkaConfig } from '../config.ts'
import type { Stage } from '../receipts/receipt.ts'
import { stageOrder } from '../receipts/receipt.ts'
import type { Placement } from './bus.ts'
import { type SteadyConsumer, steadyConsumer } from './consumer.ts'
import type { Outgoing } from './outgoing.ts'

/** How far back a follower begins: what it asked for may have been stored before it had joined. */
const LOOK_BACK_MS = 60_000

/** The record that tells other processes of a stage. */
export const stageRecord = (topic: string, stage: Stage): Outgoing => ({
  topic,
  key: stage.id,
  value: Buffer.from(JSON.stringify(stage)),
  headers: { schema: 'webwatch.receipt/1', 'content-type': 'application/json' },
})

/** Where a record lies: in its topic, or among the dead letters. */
export const stageOfPlacement = (id: string, at: number, { code, ...place }: Placement): Stage =>
  code === undefined ? { id, stage: 'streamed', at, ...place } : { id, stage: 'dead-letter', at, code }

const ASKED = Buffer.from('"receipts":true')

/** The stages of records that have come into Kafka by way of the spool, of those that somebody asked about. */
export function stagesOfDrained(records: readonly Outgoing[], placements: readonly Placement[]): Stage[] {
  const at = Date.now()
  return records.flatMap(({ value }, index): Stage[] => {
    // Only a record with these words is read; whether they are its own flag is seen then.
    if (!value.includes(ASKED)) return []
    const { id, receipts, receivedAt } = JSON.parse(value.toString('utf8')) as { id: string; receipts?: boolean; receivedAt: number }
    if (!receipts) return []
    // Other processes have not heard of it yet: while Kafka was away nothing could be told.
    return [{ id, stage: 'accepted', at: receivedAt }, stageOfPlacement(id, at, placements[index]!)]
  })
}

function readStage(value: Buffer | null): Stage | undefined {
  try {
    const stage = JSON.parse(String(value)) as Stage
    return typeof stage?.id === 'string' && stageOrder.includes(stage.stage) ? stage : undefined
  } catch {
    return undefined
  }
}

/** Reads the receipts topic from a moment ago on, each record once. Every process has a group of its own, so each hears everything. */
export function followReceipts(
  kafka: Kafka,
  { groupId, receiptsTopic: topic }: Pick<KafkaConfig, 'groupId' | 'receiptsTopic'>,
  post: (stages: readonly Stage[]) => void,
  log: Logger,
): SteadyConsumer {
  const since = Date.now() - LOOK_BACK_MS
  /** For each partition the offset behind what was heard, where a new life of the consumer goes on. */
  const heard = new Map<number, string>()
  return steadyConsumer(
    kafka,
    {
      groupId: `${groupId}.receipts.${randomUUID()}`,
      topics: [topic],
      async handle(batch) {
        post(batch.messages.flatMap(({ value }) => readStage(value) ?? []))
        heard.set(batch.partition, String(BigInt(batch.lastOffset()) + 1n))
      },
      async startAt() {
        const admin = kafka.admin()
        await admin.connect()
        try {
          const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, since)
          return offsets.map(({ partition, offset }) => ({ topic, partition, offset: heard.get(partition) ?? offset }))
        } finally {
          await admin.disconnect()
        }
      },
    },
    log,
  )
}
