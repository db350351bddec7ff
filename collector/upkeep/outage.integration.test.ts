import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FRESH_MS, hourlyBucket, LATE_MEASUREMENT } from '@webwatch/metrics/aggregates.ts'
import getPort from 'get-port'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startInfluxDb } from '../../tools/stack/influxdb.ts'
import type { InfluxConfig } from '../config.ts'
import { SinkUnavailable } from '../errors.ts'
import { type EventRecord, toRecord } from '../record.ts'
import { influxSink } from '../sink/influxdb.ts'
import type { DraftingSink } from '../sink/sink.ts'
import { clickEvent, uuidV7 } from '../testing/batch.ts'
import { eventually } from '../testing/eventually.ts'
import { tasksOf } from '../testing/influx-tasks.ts'
import { ensureTasks } from './influx-tasks.ts'

const HOUR = 3_600_000
const MINUTE = 60_000

let dataDir: string
let port: number
let server: Awaited<ReturnType<typeof startInfluxDb>>
let config: InfluxConfig
let influx: DraftingSink

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'webwatch-outage-'))
  port = await getPort({ host: '127.0.0.1' })
  server = await startInfluxDb({ dataDir, port })
  config = { url: server.url, token: server.token, organisation: server.organisation, bucket: server.bucket }
  influx = influxSink(config, pino({ level: 'silent' }))
})
afterAll(async () => {
  await influx?.close()
  await server?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

const facts = { source: 'api' as const, context: {}, device: 'desktop' as const, browser: 'Chrome', os: 'Linux', country: 'DE' }

/** Page views at a moment, each of which tells once how long it engaged. */
const views = (time: number, count: number): EventRecord[] =>
  Array.from({ length: count }, (_, index) => {
    const event = { ...clickEvent({ id: uuidV7(), time, page: uuidV7(time), seq: 0 }), type: 'duration' }
    return toRecord({ event: { ...event, data: { duration: index, elapsed: index } }, route: '/', facts: { ...facts, receivedAt: time } })
  })

/** Hands records to the store until it has them, as from Kafka: on a busy machine InfluxDB may not answer at once. */
const stored = (records: EventRecord[]) =>
  eventually(
    () => influx.write(records),
    ({ refused }) => expect(refused).toEqual([]),
    60_000,
  )

async function total(flux: string): Promise<number> {
  const rows = await influx.rows(`${flux} |> group() |> sum() |> toFloat()`)
  return Number(rows[0]?._value ?? 0)
}
const inBucket = (bucket: string, condition: string) => `from(bucket: "${bucket}") |> range(start: -60d) |> filter(fn: (r) => ${condition})`

/** Page views in the aggregates per minute and per hour, and those that have a point of their own. */
const counted = async () => [
  await total(inBucket(config.bucket, 'r.data_type == "aggregated" and r._field == "count"')),
  await total(inBucket(hourlyBucket(config.bucket), 'r.data_type == "aggregated" and r._field == "count"')),
  await total(
    `${inBucket(hourlyBucket(config.bucket), 'r._measurement == "views" and r._field == "engaged"')} |> map(fn: (r) => ({r with _value: 1.0}))`,
  ),
]

const ourTasks = async () => (await tasksOf(config).getTasks({ org: config.organisation, limit: 100 })).tasks!

/** Lets the tasks run every two seconds instead of every minute to quarter of an hour: what they do stays the same. */
async function hurry(): Promise<void> {
  for (const { id, flux } of await ourTasks())
    await tasksOf(config).patchTasksID({ taskID: id!, body: { flux: flux.replace(/every: \d+m, offset: \d+s/, 'every: 2s, offset: 0s') } })
}

it('aggregates are complete after InfluxDB was away, late events included', async () => {
  expect(await ensureTasks(config)).toHaveLength(5)
  expect(await ensureTasks(config)).toEqual([])
  expect(await ourTasks()).toHaveLength(5)
  await hurry()
  await stored(views(Date.now() - MINUTE, 20))
  await eventually(counted, (numbers) => expect(numbers).toEqual([20, 20, 20]), 60_000)

  await server.stop()
  const missed = [...views(Date.now() - MINUTE, 15), ...views(Date.now() - 50 * HOUR, 7)]
  await expect(influx.write(missed)).rejects.toThrow(SinkUnavailable)
  server = await startInfluxDb({ dataDir, port })
  // What was not acknowledged comes again, and perhaps what was.
  await stored(missed)
  await stored(missed)
  await eventually(counted, (numbers) => expect(numbers).toEqual([42, 42, 42]), 60_000)
})

it('what came while tasks were stopped is aggregated when a collector starts them again', async () => {
  const api = tasksOf(config)
  for (const { id } of await ourTasks()) await api.patchTasksID({ taskID: id!, body: { status: 'inactive' } })
  const stopped = await ourTasks()
  const stoppedAt = Date.now()
  await stored(views(stoppedAt - MINUTE, 5))
  expect(await ensureTasks(config)).toEqual([])
  expect((await ourTasks()).map(({ status }) => status)).toEqual(stopped.map(() => 'active'))
  const [note] = await influx.rows(`${inBucket(config.bucket, `r._measurement == "${LATE_MEASUREMENT}" and r._field == "from"`)} |> last()`)
  // A run that was under way when its task was stopped may have come to its end since.
  expect(Number(note!._value)).toBeGreaterThanOrEqual(Math.min(...stopped.map(({ latestCompleted }) => Date.parse(latestCompleted!))))
  expect(Number(note!._value)).toBeLessThanOrEqual(stoppedAt)
  await hurry()
  await eventually(counted, (numbers) => expect(numbers).toEqual([47, 47, 47]), 60_000)
})

it('what became late while InfluxDB was away is noted when it is stored at last', async () => {
  const noted = () =>
    total(
      `from(bucket: "${config.bucket}") |> range(start: -1h, stop: 1h) |> filter(fn: (r) => r._measurement == "${LATE_MEASUREMENT}" and r._field == "events")`,
    )
  const before = await noted()
  await server.stop()
  const draft = influx.draft()
  for (const record of views(Date.now(), 3)) draft.add(record)
  await expect(draft.store()).rejects.toThrow(SinkUnavailable)
  server = await startInfluxDb({ dataDir, port })
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + FRESH_MS + 1_000 })
  try {
    await eventually(
      () => draft.store(),
      ({ late }) => expect(late).toBe(3),
    )
  } finally {
    vi.useRealTimers()
  }
  expect(await noted()).toBe(before + 3)
})
