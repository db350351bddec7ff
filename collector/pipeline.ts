import { setTimeout as sleep } from 'node:timers/promises'
import { eventTypes } from '@webwatch/events'
import type { Logger } from 'pino'
import type { Bus, DeadLetter, Delivered, Handler } from './bus/bus.ts'
import { embeddedBus } from './bus/embedded.ts'
import { type KafkaBus, kafkaBus } from './bus/kafka.ts'
import type { Config, KafkaConfig } from './config.ts'
import { SinkUnavailable } from './errors.ts'
import type { Parts } from './parts.ts'
import type { Stage } from './receipts/receipt.ts'
import { duckDbSink } from './sink/duckdb.ts'
import { influxSink } from './sink/influxdb.ts'
import { pointTime } from './sink/point-time.ts'
import type { Refusal, Sink, Stored } from './sink/sink.ts'
import type { Telemetry } from './telemetry.ts'
import { traced } from './tracing.ts'

/** The parts that carry and keep events, with the way to end them in order. */
export interface Pipeline extends Pick<Parts, 'bus' | 'sink'> {
  close(): Promise<void>
}

const measurements = new Map<string, string>(eventTypes.map(({ type, measurement }) => [type, measurement]))
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

/** Tells who asked that records are stored, or that they are not and why. */
function announce(bus: Bus, delivered: readonly Delivered[], refused: readonly Refusal[]): void {
  if (!delivered.some(({ record }) => record.receipts)) return
  const at = Date.now()
  const codes = new Map(refused.map(({ index, code }) => [index, code]))
  const stages = delivered.flatMap(({ record: { id, type, time, receipts } }, index): Stage[] => {
    if (!receipts) return []
    const code = codes.get(index)
    if (code !== undefined) return [{ id, stage: 'dead-letter', at, code }]
    return [{ id, stage: 'stored', at, measurement: measurements.get(type) ?? type, time: pointTime(time, id) }]
  })
  bus.announce(stages)
}

/** Hands records to the store, with its time and number counted. */
async function store(bus: Bus, sink: Sink, delivered: readonly Delivered[], telemetry: Telemetry): Promise<Stored> {
  const took = telemetry.writing.startTimer()
  const stored = await traced('store', { store: sink.store, records: delivered.length }, () =>
    sink.write(delivered.map(({ record }) => record)),
  )
  took()
  telemetry.stored.inc(delivered.length - stored.refused.length)
  announce(bus, delivered, stored.refused)
  return stored
}

async function embeddedPipeline(config: Config, telemetry: Telemetry): Promise<Pipeline> {
  const sink = await duckDbSink(config.dataDir)
  const bus = embeddedBus()
  await bus.consume(async (delivered) => (await store(bus, sink, delivered, telemetry)).duplicates)
  return {
    bus,
    sink,
    async close() {
      await bus.close()
      await sink.close()
    },
  }
}

const letterFor = (delivered: readonly Delivered[], { index, code, message }: Refusal): DeadLetter => {
  const { record, placement } = delivered[index]!
  return { code, message, ...(placement && { placement }), value: JSON.stringify(record) }
}

/** Tries until it works, however long that takes: Kafka keeps what comes meanwhile. A stop ends it, and what was not stored is delivered again. */
async function insist<Result>(attempt: () => Promise<Result>, log: Logger, telemetry: Telemetry, stopping: AbortSignal): Promise<Result> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt()
    } catch (error) {
      if (stopping.aborted) throw error
      telemetry.writeFailures.inc()
      log.warn({ reason: (error as Error).message, pause }, 'records cannot be stored now')
      await sleep(pause * (0.5 + Math.random()), undefined, { signal: stopping })
    }
  }
}

/** Stores what Kafka delivers, and what the store refuses goes to the dead letters; returns when all of it is in one of the two places. */
const storingFrom =
  (bus: KafkaBus, sink: Sink, log: Logger, telemetry: Telemetry, stopping: AbortSignal): Handler =>
  async (delivered) => {
    const { refused, duplicates } = await insist(() => store(bus, sink, delivered, telemetry), log, telemetry, stopping)
    if (refused.length > 0) {
      const letters = refused.map((refusal) => letterFor(delivered, refusal))
      await insist(() => bus.bury(letters), log, telemetry, stopping)
    }
    return duplicates
  }

async function kafkaPipeline(config: Config, kafka: KafkaConfig, log: Logger, telemetry: Telemetry): Promise<Pipeline> {
  const stopping = new AbortController()
  const bus = await kafkaBus(kafka, config.dataDir, log, telemetry)
  const sink = config.influx && influxSink(config.influx, log)
  if (config.role !== 'ingest') {
    if (!sink) throw new SinkUnavailable('there is no store to write to')
    await bus.consume(storingFrom(bus, sink, log, telemetry, stopping.signal))
  }
  return {
    bus,
    ...(sink && { sink }),
    async close() {
      stopping.abort()
      await bus.close()
      await sink?.close()
    },
  }
}

/** Opens what the configuration names: Kafka and InfluxDB, or with neither, the embedded store. */
export async function openPipeline(config: Config, log: Logger, telemetry: Telemetry): Promise<Pipeline> {
  return config.kafka ? kafkaPipeline(config, config.kafka, log, telemetry) : embeddedPipeline(config, telemetry)
}
