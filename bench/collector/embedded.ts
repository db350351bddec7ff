import type { BenchOptions } from '../benchmark.ts'
import { type Figure, median, quantile } from '../figure.ts'
import { load } from '../load.ts'
import { onOneCore } from './cores.ts'
import { countCpu } from './cpu.ts'
import { type BenchCollector, inWorkshop } from './servers.ts'

const ROUNDS = 3
const SECONDS = 4
const WARM_UP_SECONDS = 4
const HALF_RATE = 10_000
const shape = { connections: 16, eventsPerRequest: 100, site: 'bench.example' }

async function fullSpeed({ url, pid }: BenchCollector): Promise<{ rate: number; collector: number }> {
  const used = await countCpu({ collector: pid })
  const { events, seconds } = await load({ ...shape, url, seconds: SECONDS })
  return { rate: events / seconds, collector: ((await used()).collector / events) * 1e6 }
}

/** The collector alone, its events in DuckDB. */
export const benchEmbedded = (options: BenchOptions): Promise<Figure[]> =>
  inWorkshop(options, async (workshop) => {
    const collector = await workshop.collector({})
    const { url, pid } = collector
    await onOneCore(pid, 0)
    await load({ ...shape, url, seconds: WARM_UP_SECONDS })
    const full: { rate: number; collector: number }[] = []
    const half: { p50: number; p99: number }[] = []
    for (let round = 0; round < ROUNDS; round++) {
      full.push(await fullSpeed(collector))
      const { latencies } = await load({ ...shape, url, seconds: SECONDS, rate: HALF_RATE })
      half.push({ p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) })
    }
    return [
      {
        name: 'HTTP to DuckDB on one core, 16 x 100: rate',
        value: median(full.map(({ rate }) => rate)),
        unit: 'events/s',
        wanted: 'at least 20,000',
      },
      {
        name: 'HTTP to DuckDB on one core, 16 x 100: CPU of the collector per event',
        value: median(full.map((taken) => taken.collector)),
        unit: 'µs',
      },
      {
        name: 'HTTP to DuckDB on one core: rate that this CPU time leaves room for',
        value: 1e6 / median(full.map((taken) => taken.collector)),
        unit: 'events/s',
      },
      { name: 'HTTP to DuckDB at 10,000 events/s: p50 of the answer', value: median(half.map(({ p50 }) => p50)), unit: 'ms' },
      {
        name: 'HTTP to DuckDB at 10,000 events/s: p99 of the answer',
        value: median(half.map(({ p99 }) => p99)),
        unit: 'ms',
        wanted: 'under 100',
      },
    ]
  })
