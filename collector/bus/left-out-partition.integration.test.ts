import { randomBytes } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import { pino } from 'pino'
import { expect, inject, it } from 'vitest'
import { eventually } from '../testing/eventually.ts'
import { leavingOut } from '../testing/kafka-answers.ts'
import { steadyConsumer } from './consumer.ts'

it('reads a partition soon that a damaged answer about its topic has left out', async () => {
  const topic = `left-out-${randomBytes(5).toString('hex')}`
  const brokers = inject('stack').kafkaBrokers.split(',')
  const whole = new Kafka({ brokers, logLevel: logLevel.NOTHING })
  const admin = whole.admin()
  const producer = whole.producer()
  await Promise.all([admin.connect(), producer.connect()])
  await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true })

  let isDamaged = true
  let damaged = 0
  const socketFactory = leavingOut(
    topic,
    1,
    () => isDamaged,
    () => damaged++,
  )
  const read: string[] = []
  const consumer = steadyConsumer(
    new Kafka({ brokers, socketFactory, logLevel: logLevel.NOTHING }),
    {
      groupId: topic,
      topics: [topic],
      handle: async ({ messages }) => void read.push(...messages.map(({ value }) => String(value))),
    },
    pino({ level: 'silent' }),
  )
  try {
    await producer.send({
      topic,
      messages: [
        { partition: 0, value: 'named' },
        { partition: 1, value: 'left out' },
      ],
    })
    await eventually(
      async () => read,
      () => expect(read).toEqual(['named']),
    )
    expect(consumer.failure()).toBeUndefined()
    expect(damaged).toBeGreaterThan(0)
    isDamaged = false
    await eventually(
      async () => read,
      () => expect(read).toContain('left out'),
    )
  } finally {
    await consumer.close()
    await admin.deleteTopics({ topics: [topic] })
    await Promise.all([admin.disconnect(), producer.disconnect()])
  }
})
