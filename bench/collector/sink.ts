import { type Figure, median } from '../figure.ts'
import type { BenchOptions } from '../index.ts'
import { layBacklog, untilStored } from './backlog.ts'
import { consumption } from './consumption.ts'
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

/** Kafka to InfluxDB. */
export const benchSink = (options: BenchOptions): Promise<Figure[]> =>
  withServers(options, async (workshop) => {
    const { env } = workshop
    const front = await workshop.collector({ ...env, COLLECTOR_ROLE: 'ingest' })
    const sink = await workshop.collector({ ...env, COLLECTOR_ROLE: 'sink' })
    await round(workshop, front, sink, false)
    const drained: Drained[] = []
    const written: { rate: number; influx: number }[] = []
    for (let index = 0; index < ROUNDS; index++) {
      const taken = await round(workshop, front, sink, true)
      drained.push(taken.drained)
      written.push(taken.written!)
    }
    const of = (name: keyof Drained) => median(drained.map((taken) => taken[name]))
    const ratio = median(drained.map(({ rate }, index) => rate / written[index]!.rate))
    const topic = env.KAFKA_TOPIC_CLICK!
    const reading = await consumption(env.KAFKA_BROKER_URL!, topic, 'ours')
    const kafkajs = await consumption(env.KAFKA_BROKER_URL!, topic, 'kafkajs')
    const floors = await recordFloors()
    return [
      { name: 'Kafka to InfluxDB: CPU of the sink per event', value: of('sink'), unit: 'µs', wanted: 'at most 9.5' },
      { name: 'Kafka to InfluxDB: CPU of Kafka per event', value: of('kafka'), unit: 'µs' },
      { name: 'Kafka to InfluxDB: CPU of InfluxDB per event', value: of('influx'), unit: 'µs' },
      { name: 'Kafka to InfluxDB: rate', value: of('rate'), unit: 'events/s' },
      { name: 'InfluxDB from ready-made lines: rate', value: median(written.map(({ rate }) => rate)), unit: 'points/s' },
      { name: 'InfluxDB from ready-made lines: CPU of InfluxDB per point', value: median(written.map(({ influx }) => influx)), unit: 'µs' },
      { name: 'Kafka to InfluxDB: share of that rate', value: ratio * 100, unit: '%', wanted: 'at least 80' },
      { name: 'floor: kafkajs reads the records, our decoding: CPU per event', value: reading, unit: 'µs' },
      { name: 'for comparison: kafkajs reads the records, its own decoding: CPU per event', value: kafkajs, unit: 'µs' },
      { name: 'for comparison: JSON.parse of the record: CPU per event', value: floors.parse, unit: 'µs' },
      { name: 'for comparison: JSON.parse, and the line of the object: CPU per event', value: floors.ordinary, unit: 'µs' },
      { name: 'floor: the line of the record, from its JSON: CPU per event', value: floors.line, unit: 'µs' },
      { name: 'floor: gzip of the line, level 1: CPU per event', value: floors.gzip, unit: 'µs' },
      { name: 'for comparison: gzip of the line, level 6: CPU per event', value: floors.gzip6, unit: 'µs' },
    ]
  })
