import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { influxSink } from '@webwatch/collector/sink/influxdb.ts'
import { ensureBucket, ensureHealthBucket } from '@webwatch/collector/upkeep/influx-buckets.ts'
import { hourlyBucket } from '@webwatch/metrics/aggregates.ts'
import { aggregateTasks } from '@webwatch/metrics/flux/tasks.ts'
import { pino } from 'pino'
import { startInfluxDb } from '../../tools/stack/influxdb.ts'
import { countCpu } from '../collector/cpu.ts'
import type { Figure } from '../figure.ts'
import { BATCH, recordsOf } from './records.ts'

/** Longer than any task but that of late events reads back. */
const MINUTES = 90
const EVENTS_PER_SECOND = 100
const RUNS = 3

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!

/** The most memory that a process ever had, in MiB. */
async function peakMemory(pid: number): Promise<number> {
  return Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))![1]) / 1024
}

/** What InfluxDB spends on the tasks that keep aggregates, page views and losses, while events come steadily. */
export async function benchTasks(): Promise<Figure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'webwatch-bench-tasks-'))
  const { url, token, organisation, bucket, pid, stop } = await startInfluxDb({ dataDir })
  const config = { url, token, organisation, bucket }
  const sink = influxSink(config, pino({ level: 'warn' }))
  try {
    await ensureBucket(config, hourlyBucket(bucket))
    await ensureHealthBucket(config)
    const records = recordsOf({ seed: 1, events: MINUTES * 60 * EVENTS_PER_SECOND, days: MINUTES / 1440, end: Date.now() })
    for (let start = 0; start < records.length; start += BATCH) await sink.write(records.slice(start, start + BATCH))
    const figures: Figure[] = []
    let perMinute = 0
    for (const { name, flux } of aggregateTasks(bucket)) {
      // Everything here was stored late: that task would make it all anew, which it has no cause for while events come in time.
      if (name.includes('late')) continue
      const [, every] = /^option task = .*every: (\d+)m,.*$/m.exec(flux)!
      const costs: number[] = []
      for (let run = 0; run < RUNS; run++) {
        const used = await countCpu({ influx: pid })
        await sink.rows(flux.replace(/^option task = .*$/m, ''))
        costs.push((await used()).influx)
      }
      const cost = median(costs)
      perMinute += cost / Number(every)
      figures.push({ name: `${name.replace(` of ${bucket}`, '')}, every ${every} min: CPU of a run`, value: cost, unit: 's' })
    }
    return [
      { name: 'events a second', value: EVENTS_PER_SECOND, unit: '' },
      ...figures,
      { name: 'all tasks: share of one core', value: (perMinute / 60) * 100, unit: '%' },
      { name: 'memory of InfluxDB at most', value: await peakMemory(pid), unit: 'MiB' },
    ]
  } finally {
    await sink.close()
    await stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
