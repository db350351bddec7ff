import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { influxWriter } from '@webwatch/collector/sink/influx-writer.ts'
import { influxSink } from '@webwatch/collector/sink/influxdb.ts'
import { Lines } from '@webwatch/collector/sink/lines.ts'
import { ensureBucket, ensureHealthBucket } from '@webwatch/collector/upkeep/influx-buckets.ts'
import { hourlyBucket } from '@webwatch/metrics/aggregates.ts'
import { hourlySince } from '@webwatch/metrics/flux/tasks.ts'
import {
  HEALTH_EVERY_MS,
  HEALTH_MEASUREMENT,
  healthBucket,
  healthFigures,
  LOSSES_MEASUREMENT,
  REFUSALS_MEASUREMENT,
} from '@webwatch/metrics/health.ts'
import { pino } from 'pino'
import { cacheDirectory } from '../../tools/stack/cache.ts'
import { startInfluxDb } from '../../tools/stack/influxdb.ts'
import { BATCH, recordsOf } from './records.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const MINUTE = 60_000

/** How much there is to look at. */
export interface Filling {
  events: number
  days: number
  /** End of the days, in ms since the epoch. */
  end: number
}

/** An InfluxDB with data. */
export interface FilledInflux extends Filling {
  influxUrl: string
  influxToken: string
  influxOrganisation: string
  bucket: string
  stop(): Promise<void>
}

/** Kept between runs, since filling takes longer than measuring. */
const directory = join(cacheDirectory, 'bench-dashboards')

/** What one collector would have told of itself, every ten seconds. */
function* healthLines(days: number, end: number): Generator<string> {
  for (let time = end - days * DAY; time < end; time += HEALTH_EVERY_MS) {
    const fields = healthFigures.map(({ field }, index) => `${field}=${(time / 1000 + index) % 97}`).join(',')
    yield `${HEALTH_MEASUREMENT},instance=bench:8080 ${fields} ${time}000000`
    if (time % MINUTE === 0) yield `${LOSSES_MEASUREMENT},site=shop.example captured=24,stored=23,missing=1 ${time}000000`
    if (time % HOUR === 0) {
      yield `${REFUSALS_MEASUREMENT},code=unknown_field,instance=bench:8080,kind=rejected events=3 ${time}000000`
    }
  }
}

async function fill(config: Parameters<typeof influxSink>[0], { events, days, end }: Filling): Promise<void> {
  const sink = influxSink(config, pino({ level: 'warn' }))
  for (let day = 0; day < days; day++) {
    const records = recordsOf({ seed: day + 1, events: Math.round(events / days), days: 1, end: end - day * DAY })
    for (let start = 0; start < records.length; start += BATCH) await sink.write(records.slice(start, start + BATCH))
  }
  await sink.close()
  await ensureHealthBucket(config)
  const write = influxWriter({ ...config, bucket: healthBucket(config.bucket) })
  let lines = new Lines()
  for (const line of healthLines(days, end)) {
    lines.add(line)
    if (lines.count < BATCH) continue
    await write(lines)
    lines = new Lines()
  }
  if (lines.count > 0) await write(lines)
}

/** What the tasks keep of the events longer than them. */
async function aggregate(config: Parameters<typeof influxSink>[0], { days, end }: Filling): Promise<void> {
  const sink = influxSink(config, pino({ level: 'warn' }))
  await ensureBucket(config, hourlyBucket(config.bucket))
  await sink.rows(hourlySince(config.bucket, end - days * DAY))
  await sink.close()
}

/** Starts an InfluxDB that holds so many events over so many days, filled now or by a run before. */
export async function filledInflux(events: number, days: number): Promise<FilledInflux> {
  const note = join(directory, `filled-${events}-${days}.json`)
  await mkdir(directory, { recursive: true })
  const { url, token, organisation, bucket, stop } = await startInfluxDb({ dataDir: join(directory, `influxdb-${events}-${days}`) })
  const known = existsSync(note) ? (JSON.parse(await readFile(note, 'utf8')) as Filling & { aggregated?: boolean }) : undefined
  const filling = known ?? { events, days, end: Math.floor(Date.now() / HOUR) * HOUR }
  if (!known) {
    console.log(`Filling InfluxDB with ${events} events of ${days} days, once: ${directory}`)
    await fill({ url, token, organisation, bucket }, filling)
  }
  if (!known?.aggregated) {
    await aggregate({ url, token, organisation, bucket }, filling)
    await writeFile(note, JSON.stringify({ ...filling, aggregated: true }))
  }
  return { ...filling, influxUrl: url, influxToken: token, influxOrganisation: organisation, bucket, stop }
}
