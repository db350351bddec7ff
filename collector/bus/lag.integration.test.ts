import { randomBytes } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { createTelemetry } from '../telemetry.ts'
import { eventually } from '../testing/eventually.ts'
import { type SteadyConsumer, steadyConsumer } from './consumer.ts'

const topic = `lag-${randomBytes(5).toString('hex')}`
let kafka: Kafka
const open: SteadyConsumer[] = []

beforeEach(async () => {
  kafka = new Kafka({ brokers: inject('stack').kafkaBrokers.split(','), logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true })
  await admin.disconnect()
})
afterEach(() => Promise.all(open.map((consumer) => consumer.close())))

/** A member of the group, and what it says of the partitions: their lags by number. */
function member() {
  const telemetry = createTelemetry()
  const consumer = steadyConsumer(
    kafka,
    { groupId: topic, topics: [topic], handle: async () => undefined, telemetry },
    pino({ level: 'silent' }),
  )
  open.push(consumer)
  const lags = async () => Object.fromEntries((await telemetry.lag.get()).values.map(({ labels, value }) => [labels.partition, value]))
  return { lags }
}

async function sendToBoth(): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages: [0, 1].map((partition) => ({ partition, value: 'x' })) })
  await producer.disconnect()
}

it('is told by whoever reads a partition, and no longer by who has read it', async () => {
  const first = member()
  await sendToBoth()
  await eventually(first.lags, (lags) => expect(lags).toEqual({ 0: 0, 1: 0 }))
  const second = member()
  await eventually(first.lags, (lags) => expect(lags).toEqual({}))
  await sendToBoth()
  await eventually(
    async () => [...Object.keys(await first.lags()), ...Object.keys(await second.lags())].sort(),
    (partitions) => expect(partitions).toEqual(['0', '1']),
  )
})
