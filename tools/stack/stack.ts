import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startInfluxDb } from './influxdb.ts'
import { startKafka } from './kafka.ts'

/** Addresses of a running test stack, as tests get them by `inject('stack')`. */
export interface StackAddresses {
  kafkaBrokers: string
  influxUrl: string
  influxToken: string
  influxOrganisation: string
}

/** A running Kafka and InfluxDB on loopback, with fresh data. */
export interface Stack {
  addresses: StackAddresses
  /** Ends both and removes their data. */
  stop(): Promise<void>
}

/**
 * Starts a Kafka and an InfluxDB with fresh data in a temporary directory.
 * @param ports fixed ports; free ones when left out
 */
export async function startStack(ports: { kafka?: number; influx?: number } = {}): Promise<Stack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'webwatch-stack-'))
  const [kafka, influx] = await Promise.all([
    startKafka({ dataDir: join(dataDir, 'kafka'), ...(ports.kafka ? { port: ports.kafka } : {}) }),
    startInfluxDb({ dataDir: join(dataDir, 'influxdb'), ...(ports.influx ? { port: ports.influx } : {}) }),
  ])
  return {
    addresses: {
      kafkaBrokers: kafka.brokers,
      influxUrl: influx.url,
      influxToken: influx.token,
      influxOrganisation: influx.organisation,
    },
    async stop() {
      await Promise.all([kafka.stop(), influx.stop()])
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
