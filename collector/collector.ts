import { setMaxListeners } from 'node:events'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import type { Config } from './config.ts'
import { buildServer } from './http/server.ts'
import { openClockBook } from './ingest/clock-book.ts'
import { keyring } from './ingest/keys.ts'
import { openTagBook } from './ingest/tag-book.ts'
import { ledgerGauge } from './ledger/gauge.ts'
import { ledgerOf } from './ledger/reader.ts'
import type { Parts } from './parts.ts'
import { openPipeline } from './pipeline.ts'
import { receiptBoard } from './receipts/board.ts'
import { createTelemetry, type Telemetry } from './telemetry.ts'
import { tellHealth } from './upkeep/health.ts'

/** A collector that listens. */
export interface Collector {
  /** Where it answers, such as `http://127.0.0.1:8080`. */
  url: string
  parts: Parts
  /** Stops taking events, finishes those under way, and lets go of everything. */
  close(): Promise<void>
}

async function openBooks(dataDir: string, telemetry: Telemetry): Promise<NonNullable<Parts['books']>> {
  const directory = join(dataDir, 'books')
  return {
    clock: await openClockBook(directory),
    tags: await openTagBook(directory, {
      overflowed: (tag) => telemetry.tagOverflow.inc({ tag }),
      admitted: (tag) => telemetry.tagValues.inc({ tag }),
    }),
  }
}

/** Opens the pipeline and starts to listen. */
export async function startCollector(config: Config, log: Logger = pino({ level: config.logLevel })): Promise<Collector> {
  const telemetry = createTelemetry()
  const stopping = new AbortController()
  // Every open stream listens.
  setMaxListeners(0, stopping.signal)
  const pipeline = await openPipeline(config, log, telemetry)
  const keys = keyring(config.keys, config.loopback)
  const books = config.kafka && config.role !== 'sink' ? await openBooks(config.dataDir, telemetry) : undefined
  const parts: Parts = {
    config,
    log,
    telemetry,
    bus: pipeline.bus,
    ...(pipeline.sink && { sink: pipeline.sink }),
    ...(books && { books }),
    receipts: receiptBoard(),
    keys,
    mayRead: keys.mayRead,
    stopping: stopping.signal,
  }
  if (pipeline.sink && config.role !== 'ingest') {
    ledgerGauge(telemetry.registry, ledgerOf(pipeline.sink, config.influx?.bucket), (error) =>
      log.debug({ reason: error.message }, 'the ledger cannot be read now'),
    )
  }
  const app = await buildServer(parts)
  const url = await app.listen({ host: config.host, port: config.port })
  if (config.influx) void tellHealth(config.influx, `${hostname()}:${new URL(url).port}`, telemetry, log, stopping.signal)
  return {
    url,
    parts,
    async close() {
      stopping.abort()
      await Promise.all([app.close(), pipeline.stopStoring?.()])
      await pipeline.close()
      await Promise.all([books?.clock.close(), books?.tags.close()])
    },
  }
}
