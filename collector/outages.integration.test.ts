import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InfluxDB } from '@influxdata/influxdb-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startInfluxDb } from '../tools/stack/influxdb.ts'
import { startKafka } from '../tools/stack/kafka.ts'
import { eventually } from './testing/eventually.ts'
import { pipelineEnv } from './testing/kafka-pipeline.ts'
import { type CollectorProcess, collectorProcess } from './testing/process.ts'
import { steadyTraffic } from './testing/traffic.ts'

const OUTAGE_MS = 20_000

let directory: string
let kafka: Awaited<ReturnType<typeof startKafka>>
let influx: Awaited<ReturnType<typeof startInfluxDb>>
let env: Record<string, string>
let collector: CollectorProcess

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'webwatch-outages-'))
  kafka = await startKafka({ dataDir: join(directory, 'kafka') })
  influx = await startInfluxDb({ dataDir: join(directory, 'influx') })
  const servers = {
    kafkaBrokers: kafka.brokers,
    influxUrl: influx.url,
    influxToken: influx.token,
    influxOrganisation: influx.organisation,
  }
  env = { ...pipelineEnv(servers), DATA_DIR: join(directory, 'collector') }
  collector = await collectorProcess(env)
})
afterAll(async () => {
  await collector.kill()
  await Promise.all([kafka.stop(), influx.stop()])
  await rm(directory, { recursive: true, force: true })
})

/** Ids as they are in InfluxDB, doubles included. */
async function storedIds(site: string): Promise<string[]> {
  const queries = new InfluxDB({ url: influx.url, token: influx.token }).getQueryApi(influx.organisation)
  const rows = await queries.collectRows<{ _value: string }>(
    `from(bucket: "${env.INFLUX_BUCKET}") |> range(start: 0, stop: 2100-01-01T00:00:00Z)
      |> filter(fn: (r) => r.site == "${site}" and r._field == "id") |> group()`,
  )
  return rows.map(({ _value }) => _value)
}

/** Does something under traffic, and expects every acknowledged event in the store, once. */
async function underTraffic(site: string, trouble: () => Promise<void>): Promise<void> {
  const traffic = steadyTraffic(() => collector.url, site)
  await eventually(
    async () => traffic.acknowledged.size,
    (size) => expect(size).toBeGreaterThan(20),
  )
  await trouble()
  await sleep(2_000)
  await traffic.stop()
  const accepted = [...traffic.acknowledged].sort()
  const stored = await eventually(
    () => storedIds(site),
    (ids) => expect(new Set(ids).size).toBeGreaterThanOrEqual(accepted.length),
    90_000,
  )
  console.info(`${site}: ${accepted.length} events acknowledged, ${traffic.refusals} refusals, ${stored.length} points`)
  expect(stored.sort()).toEqual(accepted)
}

const alive = async () => expect((await fetch(`${collector.url}/healthz`)).status).toBe(200)

describe('nothing that was accepted is lost or doubled', () => {
  it('while InfluxDB is down', () =>
    underTraffic('influx-down.example', async () => {
      await influx.stop()
      await sleep(OUTAGE_MS)
      await alive()
      await influx.restart()
    }))

  it('while Kafka is down', () =>
    underTraffic('kafka-down.example', async () => {
      await kafka.stop()
      await sleep(OUTAGE_MS)
      await alive()
      await kafka.restart()
    }))

  it('when the collector is killed', () =>
    underTraffic('killed.example', async () => {
      for (let round = 0; round < 3; round++) {
        await collector.kill()
        collector = await collectorProcess(env)
        await sleep(1_500)
      }
    }))

  it('when the collector is stopped, which takes less than 10 s', () =>
    underTraffic('stopped.example', async () => {
      const { code, ms } = await collector.stop()
      collector = await collectorProcess(env)
      expect(code).toBe(0)
      expect(ms).toBeLessThan(10_000)
    }))
})
