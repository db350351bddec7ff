import { setMaxListeners } from 'node:events'
import type { Logger } from 'pino'
import type { Bus } from './bus/bus.ts'
import { embeddedBus } from './bus/embedded.ts'
import { kafkaBus } from './bus/kafka.ts'
import type { Config, KafkaConfig } from './config.ts'
import { within } from './deadline.ts'
import { SinkUnavailable } from './errors.ts'
import type { Parts } from './parts.ts'
import type { EventRecord } from './record.ts'
import { duckDbSink } from './sink/duckdb.ts'
import { influxSink } from './sink/influxdb.ts'
import type { Sink } from './sink/sink.ts'
import { handOver, storingFrom } from './storing.ts'
import type { Telemetry } from './telemetry.ts'
import { keepUp } from './upkeep/upkeep.ts'

/** The parts that carry and keep events, with the way to end them in order. */
export interface Pipeline extends Pick<Parts, 'bus' | 'sink'> {
  /** Ends the reading side alone, where it is apart from the writing side. */
  stopStoring?(): Promise<void>
  close(): Promise<void>
}

/** Stores records in the embedded store. Gives the ids that it had already; it refuses none for good. */
async function store(bus: Bus, sink: Sink, records: readonly EventRecord[], telemetry: Telemetry): Promise<ReadonlySet<string>> {
  const asked = records.flatMap(({ id, type, time, receipts }, index) => (receipts ? [{ index, id, type, time }] : []))
  const handover = { store: sink.store, records: records.length, asked }
  return (await handOver(handover, bus, telemetry, () => sink.write(records))).duplicates
}

async function embeddedPipeline(config: Config, log: Logger, telemetry: Telemetry): Promise<Pipeline> {
  const sink = await duckDbSink(config.dataDir, { memoryBytes: config.duckDbMemoryBytes, log })
  const bus = embeddedBus()
  const stopping = new AbortController()
  const upkeep = keepUp(sink, config, log, stopping.signal)
  bus.consume((records) => store(bus, sink, records, telemetry))
  return {
    bus,
    sink,
    async close() {
      stopping.abort()
      await bus.close()
      // It ends what its upkeep does, which could take minutes.
      await sink.close()
      await upkeep
    },
  }
}

/** How long a stop waits for a write to InfluxDB: what it brings is not acknowledged to Kafka, and comes again. */
const PARTING_MS = 500

async function kafkaPipeline(config: Config, kafka: KafkaConfig, log: Logger, telemetry: Telemetry): Promise<Pipeline> {
  const stopping = new AbortController()
  // Every batch that waits for a store listens.
  setMaxListeners(0, stopping.signal)
  const bus = await kafkaBus(kafka, config.dataDir, log, telemetry)
  const sink = config.influx && influxSink(config.influx, log)
  if (config.role !== 'ingest') {
    if (!sink) throw new SinkUnavailable('there is no store to write to')
    bus.consume(storingFrom(bus, sink, log, telemetry, stopping.signal))
    void keepUp(sink, config, log, stopping.signal)
  }
  return {
    bus,
    ...(sink && { sink }),
    async stopStoring() {
      stopping.abort()
      await bus.stopConsuming()
    },
    async close() {
      await bus.close()
      if (sink) await within(PARTING_MS, sink.close()).catch((error: Error) => log.debug({ err: error }, 'a write was given up'))
    },
  }
}

/** Opens what the configuration names: Kafka and InfluxDB, or with neither, the embedded store. */
export async function openPipeline(config: Config, log: Logger, telemetry: Telemetry): Promise<Pipeline> {
  return config.kafka ? kafkaPipeline(config, config.kafka, log, telemetry) : embeddedPipeline(config, log, telemetry)
}
