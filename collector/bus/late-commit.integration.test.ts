import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Admin, Kafka, logLevel, type Producer } from 'kafkajs'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { eventually } from '../testing/eventually.ts'
import { type BatchHandler, type SteadyConsumer, steadyConsumer } from './consumer.ts'

const topic = `late-${randomBytes(5).toString('hex')}`
let kafka: Kafka
let admin: Admin
let producer: Producer
const members: SteadyConsumer[] = []

beforeAll(async () => {
  kafka = new Kafka({ brokers: inject('stack').kafkaBrokers.split(','), logLevel: logLevel.NOTHING })
  admin = kafka.admin()
  producer = kafka.producer()
  await Promise.all([admin.connect(), producer.connect()])
  await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true })
})
afterAll(async () => {
  await Promise.all(members.map((member) => member.close()))
  await Promise.all([admin.disconnect(), producer.disconnect()])
})

const join = (handle: BatchHandler) =>
  members.push(steadyConsumer(kafka, { groupId: topic, topics: [topic], handle }, pino({ level: 'silent' })))

const sendTo = (partition: number) => producer.send({ topic, messages: [{ partition, value: 'x' }] })

/** What the group has committed for a partition. */
async function committed(partition: number): Promise<number> {
  const [offsets] = await admin.fetchOffsets({ groupId: topic, topics: [topic] })
  return Number(offsets!.partitions.find((place) => place.partition === partition)?.offset)
}

it("who is done with a batch when its partition is long another one's does not take back what that one has committed", async () => {
  await Promise.all([sendTo(0), sendTo(1)])
  let store: () => void = () => undefined
  const stored = new Promise<void>((resolve) => {
    store = resolve
  })
  const held = new Set<number>()
  join(async ({ partition }) => {
    held.add(partition)
    await stored
  })
  await eventually(
    async () => held.size,
    (count) => expect(count).toBe(2),
  )
  const taken = new Set<number>()
  join(async ({ partition }) => void taken.add(partition))
  await eventually(
    async () => taken.size,
    (count) => expect(count).toBe(1),
    60_000,
  )
  const [partition] = taken as Set<number> & Iterable<number>
  for (const offset of [2, 3]) {
    await sendTo(partition!)
    await eventually(
      () => committed(partition!),
      (reached) => expect(reached).toBe(offset),
    )
  }
  store()
  // It commits once a second.
  await sleep(3_000)
  expect(await committed(partition!)).toBe(3)
})
