import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ISocketFactory, Kafka, logLevel } from 'kafkajs'
import { pino } from 'pino'
import { expect, inject, it } from 'vitest'
import { BusUnavailable } from '../errors.ts'
import { createTelemetry } from '../telemetry.ts'
import { kafkaPublisher } from './producer.ts'

const brokers = inject('stack').kafkaBrokers.split(',')

/** A client whose Kafka can be held up: it takes what it is told, and its answers come when it goes on. */
function heldUp() {
  const held: (() => void)[] = []
  let isHeld = true
  const socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect)
    const emit = socket.emit.bind(socket)
    socket.emit = (event: string | symbol, ...values: unknown[]) => {
      if (event !== 'data' || !isHeld) return emit(event, ...values)
      held.push(() => emit(event, ...values))
      return true
    }
    return socket
  }
  return {
    kafka: new Kafka({ brokers, socketFactory, logLevel: logLevel.NOTHING }),
    goOn() {
      isHeld = false
      for (const tell of held) tell()
    },
  }
}

it('a producer that connects after it was given up sends nothing of what its senders took back', async () => {
  const topic = `given-up-${randomBytes(5).toString('hex')}`
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
  const { kafka, goOn } = heldUp()
  const publisher = kafkaPublisher(
    kafka,
    { substitute: () => undefined, topicMissing: () => undefined },
    pino({ level: 'silent' }),
    createTelemetry(),
  )
  try {
    await expect(publisher.send([{ topic, value: Buffer.from('taken back') }])).rejects.toThrow(BusUnavailable)
    goOn()
    await sleep(2_000)
    expect(await admin.fetchTopicOffsets(topic)).toMatchObject([{ high: '0' }])
    expect(await publisher.send([{ topic, value: Buffer.from('sent') }])).toMatchObject([{ offset: '0' }])
  } finally {
    await publisher.close()
    await admin.deleteTopics({ topics: [topic] })
    await admin.disconnect()
  }
})
