import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { replaceBatchDecoding } from '@webwatch/collector/bus/record-batch.ts'
import { Kafka, logLevel } from 'kafkajs'

type Decoding = 'ours' | 'kafkajs'

const WARM_UP = 60_000
const EVENTS = 120_000

/** CPU µs that reading takes for each record and nothing else, in a process of its own; the topic must hold enough. */
export async function consumption(broker: string, topic: string, decoding: Decoding): Promise<number> {
  const args = ['--max-semi-space-size=64', '--import', 'tsx', fileURLToPath(import.meta.url), broker, topic, decoding]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [answer] = (await once(child.stdout, 'data')) as [Buffer]
  return Number(answer)
}

async function read(broker: string, topic: string): Promise<number> {
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: `bench-${process.pid}`, minBytes: 64 * 1024, maxBytesPerPartition: 3 * 1024 * 1024 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  let seen = 0
  let from: { events: number; cpu: NodeJS.CpuUsage } | undefined
  return new Promise((resolve, reject) => {
    consumer
      .run({
        autoCommit: false,
        partitionsConsumedConcurrently: 32,
        eachBatch: async ({ batch, resolveOffset }) => {
          for (const { value } of batch.messages) seen += value ? 1 : 0
          resolveOffset(batch.lastOffset())
          if (!from && seen >= WARM_UP) from = { events: seen, cpu: process.cpuUsage() }
          if (!from || seen < WARM_UP + EVENTS) return
          const { user, system } = process.cpuUsage(from.cpu)
          resolve((user + system) / (seen - from.events))
        },
      })
      .catch(reject)
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [broker, topic, decoding] = process.argv.slice(2)
  if (decoding === 'ours') replaceBatchDecoding()
  process.stdout.write(`${await read(broker!, topic!)}\n`, () => process.exit(0))
}
