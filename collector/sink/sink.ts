import type { TrackedEvent } from '@webwatch/events'
import type { EventRecord } from '../record.ts'

/** A record that the store refuses for good. */
export interface Refusal {
  /** Its place in what was handed over. */
  index: number
  code: string
  message: string
}

/** Which stored events are wanted. Times in ms since the epoch; `to` is not included. */
export interface EventsQuery {
  site?: string
  type?: string
  from: number
  to: number
  /** 1…500. */
  limit: number
  cursor?: string
}

export interface EventsPage {
  /** Newest first. */
  events: TrackedEvent[]
  cursor: string | null
}

/** A store. Storing an event twice is storing it once. */
export interface Sink {
  /**
   * Resolves once all but the refused records are durable.
   * @throws {SinkUnavailable} when nothing can be stored now; the caller keeps the records and tries again
   */
  write(records: readonly EventRecord[]): Promise<readonly Refusal[]>
  events(query: EventsQuery): Promise<EventsPage>
  /** Runs a query in the store's own language (Flux or SQL) and gives its rows. */
  rows(query: string): Promise<Record<string, unknown>[]>
  health(): Promise<{ ok: boolean; reason?: string }>
  close(): Promise<void>
}
