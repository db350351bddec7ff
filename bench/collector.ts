import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { pipelineEnv } from '@webwatch/collector/testing/kafka-pipeline.ts'
import { type CollectorProcess, collectorProcess } from '@webwatch/collector/testing/process.ts'
import { type StackAddresses, startStack } from '../tools/stack/stack.ts'
import type { Figure } from './index.ts'
import { load } from './load.ts'

const SECONDS = 10
const WARM_UP_SECONDS = 4
const RAW_LINES = 5_000
const RAW_WRITES = 40
const compress = promisify(gzip)

async function metric(collector: CollectorProcess, name: string): Promise<number> {
  const text = await (await fetch(`${collector.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
}
const cpuSeconds = (collector: CollectorProcess) => metric(collector, 'process_cpu_seconds_total')

async function ready(collector: CollectorProcess): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt++) {
    if ((await fetch(`${collector.url}/readyz`)).ok) return
    await sleep(500)
  }
  throw new Error('the collector did not get ready')
}

/** CPU time per event, and rate, of one way to send events. */
async function ingest(collector: CollectorProcess, connections: number, eventsPerRequest: number) {
  const options = { url: collector.url, connections, eventsPerRequest, site: 'bench.example' }
  await load({ ...options, seconds: WARM_UP_SECONDS })
  const before = await cpuSeconds(collector)
  const { events, seconds } = await load({ ...options, seconds: SECONDS })
  const after = await cpuSeconds(collector)
  return { microseconds: ((after - before) / events) * 1e6, rate: events / seconds }
}

/** CPU time per stored event, and rate, of a sink that works off what lies in Kafka. */
async function drain(sink: CollectorProcess) {
  const stored = () => metric(sink, 'webwatch_sink_stored_total')
  while ((await stored()) < 50_000) await sleep(200)
  const [cpuBefore, storedBefore, started] = [await cpuSeconds(sink), await stored(), Date.now()]
  await sleep(SECONDS * 500)
  const [cpuAfter, storedAfter, seconds] = [await cpuSeconds(sink), await stored(), (Date.now() - started) / 1000]
  const events = storedAfter - storedBefore
  return { microseconds: ((cpuAfter - cpuBefore) / events) * 1e6, rate: events / seconds }
}

/** Points a second that InfluxDB takes from ready-made gzip line protocol. */
async function rawRate({ influxUrl, influxToken, influxOrganisation }: StackAddresses, bucket: string): Promise<number> {
  const address = `${influxUrl}/api/v2/write?${new URLSearchParams({ org: influxOrganisation, bucket, precision: 'ns' })}`
  const headers = { authorization: `Token ${influxToken}`, 'content-encoding': 'gzip' }
  const now = BigInt(Date.now()) * 1_000_000n
  const line = (index: number) =>
    `clicks,browser=Chrome,country=DE,data_type=raw,device=desktop,site=raw.example,source=api,target=#buy,url=https://shop.example/item/:id ` +
    `count=1i,id="01a20d23-9903-7006-8ee1-${String(index).padStart(12, '0')}",seq=0i,session="01a20d23-9903-7006-8ee1-0cd017a66c76",` +
    `visitor="01a20d23-9903-7006-8ee1-0cd017a66c76",page="01a20d23-9903-7006-8ee1-0cd017a66c76",href="https://shop.example/item/12345",` +
    `os="Linux",received_at=1767225600500i,x=1.5,y=2,page_x=1.5,page_y=802,rel_x=0.25,rel_y=0.5 ${now + BigInt(index)}`
  const bodies: Awaited<ReturnType<typeof compress>>[] = []
  for (let write = 0; write < RAW_WRITES; write++) {
    const lines = Array.from({ length: RAW_LINES }, (_, index) => line(write * RAW_LINES + index))
    bodies.push(await compress(lines.join('\n')))
  }
  const started = Date.now()
  const writeAll = async (): Promise<void> => {
    for (let body = bodies.pop(); body; body = bodies.pop()) {
      const response = await fetch(address, { method: 'POST', headers, body })
      if (!response.ok) throw new Error(`InfluxDB answered ${response.status}: ${await response.text()}`)
      await response.arrayBuffer()
    }
  }
  await Promise.all([writeAll(), writeAll()])
  return (RAW_WRITES * RAW_LINES * 1000) / (Date.now() - started)
}

async function benchKafka(stack: StackAddresses, directory: string): Promise<Figure[]> {
  const env = pipelineEnv(stack)
  const front = await collectorProcess({ ...env, COLLECTOR_ROLE: 'ingest', DATA_DIR: join(directory, 'ingest') })
  await ready(front)
  const batches = await ingest(front, 16, 100)
  const single = await ingest(front, 64, 1)
  await front.stop()
  const sink = await collectorProcess({ ...env, COLLECTOR_ROLE: 'sink', DATA_DIR: join(directory, 'sink') })
  const drained = await drain(sink)
  await sink.stop()
  const raw = await rawRate(stack, env.INFLUX_BUCKET!)
  return [
    { name: 'HTTP to Kafka, 16 x 100: CPU per event', value: batches.microseconds, unit: 'µs', wanted: 'at most 22, aim 11' },
    { name: 'HTTP to Kafka, 16 x 100: rate', value: batches.rate, unit: 'events/s' },
    { name: 'HTTP to Kafka, 64 x 1: rate', value: single.rate, unit: 'events/s', wanted: 'at least 5,000' },
    { name: 'Kafka to InfluxDB: CPU of the sink per event', value: drained.microseconds, unit: 'µs', wanted: 'at most 9.5' },
    { name: 'Kafka to InfluxDB: rate', value: drained.rate, unit: 'events/s' },
    { name: 'InfluxDB from ready-made lines: rate', value: raw, unit: 'points/s' },
    { name: 'Kafka to InfluxDB, share of that', value: (drained.rate / raw) * 100, unit: '%', wanted: 'at least 80' },
  ]
}

async function benchEmbedded(directory: string): Promise<Figure[]> {
  const collector = await collectorProcess({ DATA_DIR: join(directory, 'embedded') })
  const { microseconds, rate } = await ingest(collector, 16, 100)
  await collector.stop()
  return [
    { name: 'HTTP to DuckDB, 16 x 100: CPU per event', value: microseconds, unit: 'µs' },
    { name: 'HTTP to DuckDB, 16 x 100: rate', value: rate, unit: 'events/s', wanted: 'at least 20,000' },
  ]
}

/** The collector on a real Kafka and InfluxDB, which share the machine with it and with the load. */
export async function benchCollector(): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'webwatch-bench-'))
  const given = process.env.WEBWATCH_STACK
  const stack = given ? undefined : await startStack()
  try {
    const addresses = given ? (JSON.parse(given) as StackAddresses) : stack!.addresses
    return [...(await benchKafka(addresses, directory)), ...(await benchEmbedded(directory))]
  } finally {
    await stack?.stop()
    await rm(directory, { recursive: true, force: true })
  }
}
