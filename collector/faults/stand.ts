import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InfluxDB } from '@influxdata/influxdb-client'
import type { TrackedEvent } from '@webwatch/events'
import getPort from 'get-port'
import { expect } from 'vitest'
import { startInfluxDb } from '../../tools/stack/influxdb.ts'
import { startKafka } from '../../tools/stack/kafka.ts'
import type { Server } from '../../tools/stack/server.ts'
import { readTime } from '../sink/influx-events.ts'
import type { EventsPage } from '../sink/sink.ts'
import { eventually } from '../testing/eventually.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import { type CollectorProcess, collectorProcess } from '../testing/process.ts'
import { diceOf } from './dice.ts'
import { type TcpProxy, tcpProxy } from './tcp-proxy.ts'

/** A process that may be harmed; `restart` gives it back with the same data and address. */
export type Part = Pick<Server, 'kill' | 'stop' | 'pause' | 'resume' | 'restart'>

/** A part that is a collector. */
export interface CollectorPart extends Part {
  readonly url: string
  /** Settings that the next `restart` adds. */
  next: Record<string, string>
}

/** What is looked at of every point in InfluxDB: `time` is the point's own in ns, without the correction of the page's clock, which is `skew` in ms. */
export type StoredPoint = Record<'measurement' | 'time' | 'id' | 'page' | 'session' | 'visitor' | 'href', string> & {
  seq: number
  skew: number
}

/** The whole way of an event on one machine: two collectors, a Kafka, an InfluxDB, and a proxy between each pair of them. */
export interface Stand {
  kafka: Part
  influx: Part
  ingest: CollectorPart
  sink: CollectorPart
  ways: Readonly<Record<'clientToIngest' | 'ingestToKafka' | 'kafkaToSink' | 'sinkToInflux', TcpProxy>>
  /** Where clients send. */
  url: string
  /** Starts one more collector, which the caller ends. */
  collector(role: 'ingest' | 'sink', env?: Record<string, string>): Promise<CollectorPart>
  /** All points of a site in InfluxDB, doubles included. */
  stored(site: string): Promise<StoredPoint[]>
  /** Events of a site as a sink gives them back, with all their data: the newest, so many at most. */
  events(site: string, limit: number): Promise<TrackedEvent[]>
  /** @param keep leaves data and logs behind, for whoever wants to know what happened, and says where they are */
  close(keep?: boolean): Promise<void>
}

/** All points of a scenario at once: of five minutes of overload these are so many that a minute has been too little. */
const QUERY_TIMEOUT_MS = 300_000

async function collectorPart(env: Record<string, string>, log: string): Promise<CollectorPart> {
  let process: CollectorProcess = await collectorProcess(env, { log })
  const part: CollectorPart = {
    get url() {
      return process.url
    },
    next: {},
    kill: () => process.kill(),
    async stop() {
      const { code, ms } = await process.stop()
      expect(code).toBe(0)
      expect(ms).toBeLessThan(10_000)
    },
    pause: () => process.pause(),
    resume: () => process.resume(),
    async restart() {
      await process.kill()
      process = await collectorProcess({ ...env, ...part.next }, { log })
    },
  }
  return part
}

const fields = ['id', 'seq', 'page', 'session', 'visitor', 'href', 'clock_skew']
const NS_PER_MS = 1_000_000n

const freePort = () => getPort({ host: '127.0.0.1' })

/**
 * Starts everything with fresh data.
 * @param seed decides which pieces the proxies harm
 */
export async function openStand(seed: number): Promise<Stand> {
  const directory = await mkdtemp(join(tmpdir(), 'webwatch-faults-'))
  const ports = { ingest: await freePort(), ingestDoor: await freePort(), sinkDoor: await freePort() }
  const [ingestToKafka, kafkaToSink, clientToIngest] = await Promise.all([
    tcpProxy(ports.ingestDoor, diceOf(seed, 'ingest to Kafka')),
    tcpProxy(ports.sinkDoor, diceOf(seed, 'Kafka to sink')),
    tcpProxy(ports.ingest, diceOf(seed, 'client to ingest')),
  ])
  const [kafka, influx] = await Promise.all([
    startKafka({
      dataDir: join(directory, 'kafka'),
      detours: [
        { port: ports.ingestDoor, advertisedPort: ingestToKafka.port },
        { port: ports.sinkDoor, advertisedPort: kafkaToSink.port },
      ],
    }),
    startInfluxDb({ dataDir: join(directory, 'influx') }),
  ])
  const sinkToInflux = await tcpProxy(Number(new URL(influx.url).port), diceOf(seed, 'sink to InfluxDB'))
  const env = pipelineEnv({
    kafkaBrokers: '',
    influxUrl: `http://127.0.0.1:${sinkToInflux.port}`,
    influxToken: influx.token,
    influxOrganisation: influx.organisation,
  })
  const queries = new InfluxDB({ url: influx.url, token: influx.token, timeout: QUERY_TIMEOUT_MS }).getQueryApi(influx.organisation)
  let collectors = 0
  const opened: CollectorPart[] = []
  const collector = async (role: 'ingest' | 'sink', more: Record<string, string> = {}): Promise<CollectorPart> => {
    const name = `${role}-${collectors++}`
    const settings = {
      ...env,
      COLLECTOR_ROLE: role,
      KAFKA_BROKER_URL: `127.0.0.1:${(role === 'ingest' ? ingestToKafka : kafkaToSink).port}`,
      DATA_DIR: join(directory, name),
      ...(role === 'ingest' && { INFLUX_TOKEN: '', SERVER_PORT: String(await freePort()) }),
      ...more,
    }
    const part = await collectorPart(settings, join(directory, `${name}.log`))
    opened.push(part)
    return part
  }
  const ingest = await collector('ingest', { SERVER_PORT: String(ports.ingest) })
  const sink = await collector('sink')
  for (const { url } of [ingest, sink]) {
    await eventually(
      () => fetch(`${url}/readyz`),
      ({ status }) => expect(status).toBe(200),
      60_000,
    )
  }
  const ways = { clientToIngest, ingestToKafka, kafkaToSink, sinkToInflux }
  return {
    kafka,
    influx,
    ingest,
    sink,
    ways,
    url: `http://127.0.0.1:${clientToIngest.port}`,
    collector,
    async stored(site) {
      const rows = await queries.collectRows<StoredPoint & { _measurement: string; _time: string; clock_skew?: number }>(
        `from(bucket: "${env.INFLUX_BUCKET}") |> range(start: 0, stop: 2100-01-01T00:00:00Z)
          |> filter(fn: (r) => r.site == "${site}" and r.data_type == "raw")
          |> filter(fn: (r) => contains(value: r._field, set: ${JSON.stringify(fields)}))
          |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
          |> keep(columns: ${JSON.stringify(['_time', '_measurement', ...fields])}) |> group()`,
      )
      return rows.map(({ _measurement: measurement, _time: time, clock_skew: skew, id, seq, page, session, visitor, href }) => ({
        measurement,
        time: String(readTime(time) - BigInt(skew ?? 0) * NS_PER_MS),
        skew: skew ?? 0,
        id,
        seq,
        page,
        session,
        visitor,
        href,
      }))
    },
    async events(site, limit) {
      const { events } = (await (await fetch(`${sink.url}/v1/events?site=${site}&limit=${limit}`)).json()) as EventsPage
      return events
    },
    async close(keep = false) {
      await Promise.all(opened.map((part) => part.kill()))
      await Promise.all([kafka.stop(), influx.stop(), ...Object.values(ways).map((way) => way.close())])
      if (keep) console.info(`logs and data of the failed run: ${directory}`)
      else await rm(directory, { recursive: true, force: true })
    },
  }
}
