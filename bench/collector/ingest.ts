import type { BenchOptions } from '../benchmark.ts'
import { type Figure, median } from '../figure.ts'
import { load } from '../load.ts'
import { bareServer } from './bare-server.ts'
import { countCpu } from './cpu.ts'
import { type BenchCollector, type ServedWorkshop, withServers } from './servers.ts'

const ROUNDS = 3
const SECONDS = 3
const WARM_UP_SECONDS = 4

/** How a load is put: connections, and events in each request. */
interface Shape {
  connections: number
  eventsPerRequest: number
}
const batches: Shape = { connections: 16, eventsPerRequest: 100 }
const single: Shape = { connections: 64, eventsPerRequest: 1 }

interface Measured {
  rate: number
  /** CPU µs for each event. */
  collector: number
  kafka: number
  load: number
}

async function measure(url: string, pid: number, kafka: number, shape: Shape): Promise<Measured> {
  const used = await countCpu({ collector: pid, kafka, load: process.pid })
  const { events, seconds } = await load({ url, ...shape, seconds: SECONDS, site: 'bench.example' })
  const cpu = await used()
  const each = (value: number) => (value / events) * 1e6
  return { rate: events / seconds, collector: each(cpu.collector), kafka: each(cpu.kafka), load: each(cpu.load) }
}

const medians = (rounds: readonly Measured[]): Measured => {
  const of = (name: keyof Measured) => median(rounds.map((round) => round[name]))
  return { rate: of('rate'), collector: of('collector'), kafka: of('kafka'), load: of('load') }
}

/** Measures the shapes in turns, so that all of them meet the same machine. */
async function rounds({ kafka }: ServedWorkshop, front: BenchCollector): Promise<{ batched: Measured; alone: Measured; bare: Measured }> {
  const bare = await bareServer()
  const options = { seconds: WARM_UP_SECONDS, site: 'bench.example' }
  for (const url of [front.url, bare.url]) for (const shape of [batches, single]) await load({ url, ...shape, ...options })
  const taken: { batched: Measured[]; alone: Measured[]; bare: Measured[] } = { batched: [], alone: [], bare: [] }
  for (let round = 0; round < ROUNDS; round++) {
    taken.batched.push(await measure(front.url, front.pid, kafka.pid, batches))
    taken.alone.push(await measure(front.url, front.pid, kafka.pid, single))
    taken.bare.push(await measure(bare.url, bare.pid, kafka.pid, single))
  }
  bare.kill()
  return { batched: medians(taken.batched), alone: medians(taken.alone), bare: medians(taken.bare) }
}

/** HTTP to Kafka: validation on, acks=all. */
export const benchIngest = (options: BenchOptions): Promise<Figure[]> =>
  withServers(options, async (workshop) => {
    const front = await workshop.collector({ ...workshop.env, COLLECTOR_ROLE: 'ingest' })
    const { batched, alone, bare } = await rounds(workshop, front)
    return [
      {
        name: 'HTTP to Kafka, 16 x 100: CPU of the collector per event',
        value: batched.collector,
        unit: 'µs',
        wanted: 'at most 22, aim 11',
      },
      { name: 'HTTP to Kafka, 16 x 100: CPU of Kafka per event', value: batched.kafka, unit: 'µs' },
      { name: 'HTTP to Kafka, 16 x 100: CPU of the load per event', value: batched.load, unit: 'µs' },
      { name: 'HTTP to Kafka, 16 x 100: rate', value: batched.rate, unit: 'events/s' },
      { name: 'HTTP to Kafka, 64 x 1: rate', value: alone.rate, unit: 'events/s', wanted: 'at least 5,000' },
      { name: 'HTTP to Kafka, 64 x 1: CPU of the collector per event', value: alone.collector, unit: 'µs' },
      {
        name: 'HTTP to Kafka, 64 x 1: rate that this CPU time leaves room for on one core',
        value: 1e6 / alone.collector,
        unit: 'events/s',
      },
      { name: 'HTTP to Kafka, 64 x 1: CPU of Kafka per event', value: alone.kafka, unit: 'µs' },
      { name: 'HTTP to Kafka, 64 x 1: CPU of the load per event', value: alone.load, unit: 'µs' },
      { name: 'a node:http server that only parses the JSON, 64 x 1: CPU per event', value: bare.collector, unit: 'µs' },
      { name: 'a node:http server that only parses the JSON, 64 x 1: rate', value: bare.rate, unit: 'events/s' },
      { name: 'HTTP to Kafka, 64 x 1: share of the rate of that server', value: (alone.rate / bare.rate) * 100, unit: '%' },
    ]
  })
