import type { BenchOptions } from '../benchmark.ts'
import type { Figure } from '../figure.ts'
import { load } from '../load.ts'
import { untilStored } from './backlog.ts'
import { countCpu } from './cpu.ts'
import { type BenchCollector, inWorkshop, withServers } from './servers.ts'

/** How many events are stored when the cost of the next ones is measured. */
const STORED = [10_000, 100_000, 1_000_000]
const STORED_LONG = [...STORED, 10_000_000]
/** Events that a measurement takes: the embedded store's work comes in turns of so many rows, and where there is room a measurement takes some of them. */
const TURN = 61_440
const windowAt = (mark: number) => Math.min(Math.max(mark, TURN), 4 * TURN)
const shape = { connections: 16, eventsPerRequest: 100, site: 'bench.example', seconds: 7200 }
/** The first events come in many small requests, so that all code has been compiled when the first mark is reached. */
const warmUp = { ...shape, eventsPerRequest: 2 }
/** Events a second into Kafka: more than the sink stores would only pile up there. */
const SERVED_RATE = 8_000

const named = (events: number): string => events.toLocaleString('en')

/** Loads without a pause, and measures CPU µs per event around each of the numbers of stored events. */
async function walk<Name extends string>(
  front: BenchCollector,
  store: BenchCollector,
  pids: Record<Name, number>,
  marks: readonly number[],
  rate?: number,
): Promise<Record<Name, number>[]> {
  const warm = new AbortController()
  await Promise.all([load({ ...warmUp, url: front.url, signal: warm.signal }), untilStored([store], marks[0]!).then(() => warm.abort())])
  const enough = new AbortController()
  const loading = load({ ...shape, url: front.url, signal: enough.signal, ...(rate && { rate }) })
  const costs: Record<Name, number>[] = []
  for (const mark of marks) {
    const from = await untilStored([store], mark)
    const used = await countCpu(pids)
    const to = await untilStored([store], from.stored + windowAt(mark))
    const events = to.stored - from.stored
    const cpu = Object.entries<number>(await used()).map(([name, seconds]) => [name, (seconds * 1e6) / events])
    costs.push(Object.fromEntries(cpu) as Record<Name, number>)
  }
  enough.abort()
  await loading
  return costs
}

/** The figures of one process: its cost at each mark, and by how much the last one is above the first. */
function curve(what: string, marks: readonly number[], costs: readonly number[]): Figure[] {
  const growth = (costs.at(-1)! / costs[0]! - 1) * 100
  return [
    ...marks.map((mark, index) => ({ name: `${what}: CPU per event at ${named(mark)} stored`, value: costs[index]!, unit: 'µs' })),
    { name: `${what}: from ${named(marks[0]!)} to ${named(marks.at(-1)!)}`, value: growth, unit: '%', wanted: 'within 15' },
  ]
}

const marksOf = ({ long }: BenchOptions) => (long ? STORED_LONG : STORED)

/** Whether an event costs the embedded collector the same, however many are stored already. */
export async function benchEmbeddedFlatness(options: BenchOptions): Promise<Figure[]> {
  const marks = marksOf(options)
  const costs = await inWorkshop(options, async (workshop) => {
    const collector = await workshop.collector({})
    return walk(collector, collector, { collector: collector.pid }, marks)
  })
  return curve(
    'HTTP to DuckDB, the collector',
    marks,
    costs.map(({ collector }) => collector),
  )
}

/** The same for a collector, a sink and InfluxDB. */
export async function benchServedFlatness(options: BenchOptions): Promise<Figure[]> {
  const marks = marksOf(options)
  const costs = await withServers(options, async (workshop) => {
    const front = await workshop.collector({ ...workshop.env, COLLECTOR_ROLE: 'ingest' })
    const sink = await workshop.collector({ ...workshop.env, COLLECTOR_ROLE: 'sink' })
    return walk(front, sink, { front: front.pid, sink: sink.pid, influx: workshop.influx.pid }, marks, SERVED_RATE)
  })
  const of = (name: keyof (typeof costs)[number]) => costs.map((cost) => cost[name])
  return [
    ...curve('HTTP to Kafka, the collector', marks, of('front')),
    ...curve('Kafka to InfluxDB, the sink', marks, of('sink')),
    ...curve('Kafka to InfluxDB, InfluxDB itself', marks, of('influx')),
  ]
}
