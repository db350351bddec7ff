import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Bus } from './bus/bus.ts'
import type { Config } from './config.ts'
import type { ClockBook } from './ingest/clock-book.ts'
import type { Keyring } from './ingest/keys.ts'
import type { TagBook } from './ingest/tag-book.ts'
import type { ReceiptBoard } from './receipts/board.ts'
import type { Sink } from './sink/sink.ts'
import type { Telemetry } from './telemetry.ts'

/** What a running collector is made of; routes get it whole. */
export interface Parts {
  config: Config
  log: Logger
  telemetry: Telemetry
  bus: Bus
  /** The store, to be read and, unless this process only takes events, to be written. Absent when none is configured here. */
  sink?: Sink
  /** What an event's place in the store depends on besides itself. Absent where its id alone decides, and in a process that takes none. */
  books?: { clock: ClockBook; tags: TagBook }
  receipts: ReceiptBoard
  /** The keys in force: they can change. */
  keys: Keyring
  /** Checks the `Authorization` header of a request that reads one site, or without a name everything. @throws {RequestError} */
  mayRead: Keyring['mayRead']
  /** Ends when the collector stops: for answers that stay open. */
  stopping: AbortSignal
}

/** A group of routes: reads of metrics, receipts and so on each bring one. */
export type Routes = (app: FastifyInstance, parts: Parts) => void | Promise<void>
