import type { BenchOptions } from '../benchmark.ts'
import type { Figure } from '../figure.ts'
import { layBacklog, untilStored } from './backlog.ts'
import { countCpu } from './cpu.ts'
import { type BenchCollector, type ServedWorkshop, withServers } from './servers.ts'

const COUNTS = [1, 2, 3] as const
const BACKLOG = 90_000
const FROM = 0.2
const TO = 0.85

const pidsOf = (sinks: readonly BenchCollector[]) => Object.fromEntries(sinks.map(({ pid }, index) => [`sink ${index}`, pid]))
const sumOf = (values: Record<string, number>) => Object.values(values).reduce((sum, value) => sum + value, 0)

/** Lets the sinks work off a backlog together: they stand still until it lies there. */
async function share({ kafka, influx }: ServedWorkshop, front: BenchCollector, sinks: readonly BenchCollector[]): Promise<Figure[]> {
  const already = (await untilStored(sinks, 0)).stored
  for (const { pid } of sinks) process.kill(pid, 'SIGSTOP')
  const waiting = await layBacklog(front, BACKLOG)
  for (const { pid } of sinks) process.kill(pid, 'SIGCONT')
  const from = await untilStored(sinks, already + waiting * FROM)
  const [usedBySinks, usedByServers] = [await countCpu(pidsOf(sinks)), await countCpu({ kafka: kafka.pid, influx: influx.pid })]
  const to = await untilStored(sinks, already + waiting * TO)
  const [cpuOfSinks, cpu] = [await usedBySinks(), await usedByServers()]
  await untilStored(sinks, already + waiting)
  const seconds = (to.at - from.at) / 1000
  const name = sinks.length === 1 ? '1 sink' : `${sinks.length} sinks`
  return [
    { name: `${name}: rate`, value: (to.stored - from.stored) / seconds, unit: 'events/s' },
    { name: `${name}: cores that the sinks use`, value: sumOf(cpuOfSinks) / seconds, unit: 'cores' },
    { name: `${name}: cores that InfluxDB uses`, value: cpu.influx / seconds, unit: 'cores' },
    { name: `${name}: cores that Kafka uses`, value: cpu.kafka / seconds, unit: 'cores' },
  ]
}

/** What one, two and three sinks of a group store a second, and which processor time they and the servers take for it. */
export const benchSinks = (options: BenchOptions): Promise<Figure[]> =>
  withServers(options, async (workshop) => {
    const { env } = workshop
    const front = await workshop.collector({ ...env, COLLECTOR_ROLE: 'ingest' })
    const sinks: BenchCollector[] = []
    const figures: Figure[] = []
    for (const count of COUNTS) {
      while (sinks.length < count) sinks.push(await workshop.collector({ ...env, COLLECTOR_ROLE: 'sink' }))
      // Once around warms the newest of them up.
      await share(workshop, front, sinks)
      figures.push(...(await share(workshop, front, sinks)))
    }
    return figures
  })
