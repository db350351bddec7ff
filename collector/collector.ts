import { type Logger, pino } from 'pino'
import type { Config } from './config.ts'
import { buildServer } from './http/server.ts'
import { keyring } from './ingest/keys.ts'
import type { Parts } from './parts.ts'
import { openPipeline } from './pipeline.ts'
import { receiptBoard } from './receipts/board.ts'
import { createTelemetry } from './telemetry.ts'

/** A collector that listens. */
export interface Collector {
  /** Where it answers, such as `http://127.0.0.1:8080`. */
  url: string
  parts: Parts
  /** Stops taking events, finishes those under way, and lets go of everything. */
  close(): Promise<void>
}

/** Opens the pipeline and starts to listen. */
export async function startCollector(config: Config, log: Logger = pino({ level: config.logLevel })): Promise<Collector> {
  const telemetry = createTelemetry()
  const stopping = new AbortController()
  const pipeline = await openPipeline(config, log, telemetry)
  const keys = keyring(config.keys, config.loopback)
  const parts: Parts = {
    config,
    log,
    telemetry,
    ...(pipeline.bus && { bus: pipeline.bus }),
    ...(pipeline.sink && { sink: pipeline.sink }),
    receipts: receiptBoard(),
    keys,
    mayRead: keys.mayRead,
    stopping: stopping.signal,
  }
  const app = await buildServer(parts)
  const url = await app.listen({ host: config.host, port: config.port })
  return {
    url,
    parts,
    async close() {
      stopping.abort()
      await app.close()
      await pipeline.close()
    },
  }
}
