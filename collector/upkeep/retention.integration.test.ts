import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, inject, it } from 'vitest'
import { type EventRecord, toRecord } from '../record.ts'
import { clickEvent, uuidV7 } from '../testing/batch.ts'
import { type TestCollector, testCollector } from '../testing/collector.ts'
import { eventually } from '../testing/eventually.ts'
import { runTask } from '../testing/influx-tasks.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'

const DAY = 86_400_000
const site = 'shop.example'

const dataDirs: string[] = []
let collector: TestCollector | undefined
afterEach(async () => {
  await collector?.close()
  await Promise.all(dataDirs.splice(0).map((dataDir) => rm(dataDir, { recursive: true, force: true })))
})

const click = (time: number): EventRecord =>
  toRecord({
    event: clickEvent({ id: uuidV7(time), time, site }),
    route: 'https://shop.example/',
    facts: { source: 'api', context: {}, device: 'desktop', browser: 'Chrome', os: 'Linux', country: 'DE', receivedAt: time },
  })

const stores = [
  ['DuckDB', () => ({})],
  ['InfluxDB', () => pipelineEnv(inject('stack'))],
] as const

it.each(stores)('a collector deletes what is older than RAW_RETENTION_DAYS, and counts on what went: %s', async (_store, envOf) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'webwatch-retention-'))
  dataDirs.push(dataDir)
  const env: Record<string, string> = { ...envOf(), DATA_DIR: dataDir, RAW_RETENTION_DAYS: '0', AGGREGATE_RETENTION_DAYS: '0' }
  collector = await testCollector(env)
  const now = Date.now()
  const records = [click(now - 30 * DAY), click(now - 11 * DAY), click(now - 7 * DAY), click(now - 1_000)]
  const { influx } = collector.parts.config
  const { sink } = collector.parts
  await eventually(
    () => sink!.write(records),
    ({ refused }) => expect(refused).toEqual([]),
  )
  // Tasks are there some moments after the collector has started.
  if (influx)
    await eventually(
      () => runTask(influx, 'late events'),
      () => undefined,
      60_000,
    )
  const ids = async () => (await collector!.get(`/v1/events?site=${site}`)).body.events?.map(({ id }) => id)
  const counted = async () => (await collector!.get(`/v1/query/clicks?site=${site}&from=${now - 40 * DAY}`)).body as unknown
  const idsOf = (some: readonly EventRecord[]) => some.map(({ id }) => id).reverse()
  expect(await ids()).toEqual(idsOf(records))
  await collector.close()

  collector = await testCollector({ ...env, RAW_RETENTION_DAYS: '10' })
  await eventually(ids, (found) => expect(found).toEqual(idsOf(records.slice(2))), 30_000)
  expect(await counted()).toMatchObject({ rows: [{ value: 4 }] })
  await collector.close()

  collector = await testCollector({ ...env, RAW_RETENTION_DAYS: '10', AGGREGATE_RETENTION_DAYS: '20' })
  await eventually(counted, (answer) => expect(answer).toMatchObject({ rows: [{ value: 3 }] }), 30_000)
  expect(await ids()).toEqual(idsOf(records.slice(2)))
})
