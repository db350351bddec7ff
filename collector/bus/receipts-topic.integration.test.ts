import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ISocketFactory, Kafka, logLevel } from 'kafkajs'
import { pino } from 'pino'
import { expect, inject, it } from 'vitest'
import type { Stage } from '../receipts/receipt.ts'
import { eventually } from '../testing/eventually.ts'
import { followReceipts, stageRecord } from './receipts-topic.ts'

const HOUR_MS = 3_600_000
const NO_SERVER = 9
const brokers = inject('stack').kafkaBrokers.split(',')

/** A way to Kafka that can be cut. */
function way() {
  const open = new Set<Socket>()
  let isCut = false
  const socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port: isCut ? NO_SERVER : port }, onConnect)
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    return socket
  }
  return {
    kafka: new Kafka({ brokers, socketFactory, retry: { initialRetryTime: 50, retries: 1 }, logLevel: logLevel.NOTHING }),
    cut() {
      isCut = true
      for (const socket of open) socket.destroy(new Error('cut'))
    },
    mend() {
      isCut = false
    },
  }
}

it('a follower that starts anew hears each receipt once, and none from before', async () => {
  const topic = `receipts-${randomBytes(5).toString('hex')}`
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING })
  const [admin, producer] = [kafka.admin(), kafka.producer()]
  await Promise.all([admin.connect(), producer.connect()])
  await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true })
  const send = (id: string, partition: number, timestamp = Date.now()) => {
    const record = stageRecord(topic, { id, stage: 'accepted', at: 1 })
    return producer.send({ topic, messages: [{ ...record, partition, timestamp: String(timestamp) }] })
  }
  for (const partition of [0, 1]) await send('long ago', partition, Date.now() - HOUR_MS)
  await send('just now', 0)

  const ids: string[] = []
  const heard = async () => ids
  const lines: string[] = []
  const { kafka: cuttable, cut, mend } = way()
  const follower = followReceipts(
    cuttable,
    { groupId: topic, receiptsTopic: topic },
    (stages: readonly Stage[]) => void ids.push(...stages.map(({ id }) => id)),
    pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }),
  )
  try {
    await eventually(heard, (all) => expect(all).toEqual(['just now']))
    cut()
    await eventually(
      async () => lines,
      ({ length }) => expect(length).toBeGreaterThan(0),
      60_000,
    )
    await send('meanwhile', 0)
    mend()
    await eventually(heard, (all) => expect(all).toContain('meanwhile'), 60_000)
    await send('then', 1)
    await eventually(heard, (all) => expect(all).toContain('then'))
    await sleep(1_000)
    expect(ids).toEqual(['just now', 'meanwhile', 'then'])
  } finally {
    mend()
    await follower.close()
    await admin.deleteTopics({ topics: [topic] })
    await Promise.all([admin.disconnect(), producer.disconnect()])
  }
})
