import type { BenchOptions } from '../benchmark.ts'
import { type Figure, median } from '../figure.ts'
import { layBacklog, untilStored } from './backlog.ts'
import { consumption } from './consumption.ts'
import { onOneCore } from './cores.ts'
import { countCpu } from './cpu.ts'
import { recordFloors } from './floors.ts'
import { writeRaw } from './raw.ts'
import { type BenchCollector, type ServedWorkshop, withServers } from './servers.ts'

const ROUNDS = 3
const BACKLOG = 90_000
/** The ends of a backlog, where the sink starts and runs dry, are left out. */
const FROM = 0.15
const TO = 0.9

interface Drained {
  rate: number
  /** CPU µs for each event. */
  sink: number
  kafka: number
  influx: number
}

/** Lets a sink work off so many events that lie in Kafka, and measures the middle of it. */
async function drain({ kafka, influx }: ServedWorkshop, sink: BenchCollector, already: number, waiting: number): Promise<Drained> {
  process.kill(sink.pid, 'SIGCONT')
  const from = await untilStored([sink], already + waiting * FROM)
  const used = await countCpu({ sink: sink.pid, kafka: kafka.pid, influx: influx.pid })
  const to = await untilStored([sink], already + waiting * TO)
  const cpu = await used()
  await untilStored([sink], already + waiting)
  const events = to.stored - from.stored
  const each = (seconds: number) => (seconds / events) * 1e6
  return { rate: (events * 1000) / (to.at - from.at), sink: each(cpu.sink), kafka: each(cpu.kafka), influx: each(cpu.influx) }
}

/** One round: the sink stands still while its work is laid out and InfluxDB takes ready-made lines; then it works alone. */
async function round(workshop: ServedWorkshop, front: BenchCollector, sink: BenchCollector, raw: boolean) {
  const { stored: already } = await untilStored([sink], 0)
  process.kill(sink.pid, 'SIGSTOP')
  const waiting = await layBacklog(front, BACKLOG)
  const written = raw ? await writeRaw(workshop) : undefined
  return { drained: await drain(workshop, sink, already, waiting), written }
}

/** Medians over some rounds. */
interface Rounds extends Drained {
  /** Points a second, and CPU µs for each, that InfluxDB takes from ready-made lines. */
  raw: { rate: number; influx: number }
  /** Of the rates of one round each. */
  share: number
}

async function rounds(workshop: ServedWorkshop, front: BenchCollector, sink: BenchCollector): Promise<Rounds> {
  const taken: { drained: Drained; written: { rate: number; influx: number } }[] = []
  for (let index = 0; index < ROUNDS; index++) {
    const { drained, written } = await round(workshop, front, sink, true)
    taken.push({ drained, written: written! })
  }
  const of = (pick: (one: (typeof taken)[number]) => number) => median(taken.map(pick))
  return {
    rate: of(({ drained }) => drained.rate),
    sink: of(({ drained }) => drained.sink),
    kafka: of(({ drained }) => drained.kafka),
    influx: of(({ drained }) => drained.influx),
    raw: { rate: of(({ written }) => written.rate), influx: of(({ written }) => written.influx) },
    share: of(({ drained, written }) => drained.rate / written.rate),
  }
}

/**
 * The same with InfluxDB on a core of its own and everything else on another. Where all share the cores, InfluxDB also lacks what sink and Kafka
 * use; where it has its own, the share says whether the sink keeps it busy.
 */
async function roundsOnOwnCore(workshop: ServedWorkshop, front: BenchCollector, sink: BenchCollector): Promise<Rounds> {
  await onOneCore(workshop.influx.pid, 0)
  for (const pid of [workshop.kafka.pid, front.pid, sink.pid, process.pid]) await onOneCore(pid, 1)
  await round(workshop, front, sink, false)
  return rounds(workshop, front, sink)
}

const figuresOf = (
  { rate, sink, kafka, influx, raw, share }: Rounds,
  where: string,
  wanted: { sink?: string; share?: string },
): Figure[] => [
  { name: `Kafka to InfluxDB${where}: CPU of the sink per event`, value: sink, unit: 'µs', ...(wanted.sink && { wanted: wanted.sink }) },
  { name: `Kafka to InfluxDB${where}: CPU of Kafka per event`, value: kafka, unit: 'µs' },
  { name: `Kafka to InfluxDB${where}: CPU of InfluxDB per event`, value: influx, unit: 'µs' },
  { name: `Kafka to InfluxDB${where}: rate`, value: rate, unit: 'events/s' },
  { name: `InfluxDB from ready-made lines${where}: rate`, value: raw.rate, unit: 'points/s' },
  { name: `InfluxDB from ready-made lines${where}: CPU of InfluxDB per point`, value: raw.influx, unit: 'µs' },
  { name: `Kafka to InfluxDB${where}: share of that rate`, value: share * 100, unit: '%', ...(wanted.share && { wanted: wanted.share }) },
]

/** Kafka to InfluxDB. */
export const benchSink = (options: BenchOptions): Promise<Figure[]> =>
  withServers(options, async (workshop) => {
    const { env } = workshop
    const front = await workshop.collector({ ...env, COLLECTOR_ROLE: 'ingest' })
    const sink = await workshop.collector({ ...env, COLLECTOR_ROLE: 'sink' })
    await round(workshop, front, sink, false)
    const shared = await rounds(workshop, front, sink)
    const topic = env.KAFKA_TOPIC_CLICK!
    const reading = await consumption(env.KAFKA_BROKER_URL!, topic, 'ours')
    const kafkajs = await consumption(env.KAFKA_BROKER_URL!, topic, 'kafkajs')
    const floors = await recordFloors()
    const apart = await roundsOnOwnCore(workshop, front, sink)
    return [
      ...figuresOf(shared, '', { sink: 'at most 9.5' }),
      ...figuresOf(apart, ', InfluxDB on a core of its own', { share: 'at least 80' }),
      { name: 'floor: kafkajs reads the records, our decoding: CPU per event', value: reading, unit: 'µs' },
      { name: 'for comparison: kafkajs reads the records, its own decoding: CPU per event', value: kafkajs, unit: 'µs' },
      { name: 'for comparison: JSON.parse of the record: CPU per event', value: floors.parse, unit: 'µs' },
      { name: 'for comparison: JSON.parse, and the line of the object: CPU per event', value: floors.ordinary, unit: 'µs' },
      { name: 'floor: the line of the record, from its JSON: CPU per event', value: floors.line, unit: 'µs' },
      { name: 'floor: gzip of the line without compression: CPU per event', value: floors.gzip0, unit: 'µs' },
      { name: 'for comparison: gzip of the line, level 1: CPU per event', value: floors.gzip1, unit: 'µs' },
    ]
  })
