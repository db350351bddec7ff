import type { TrackedEvent } from '@webwatch/events'
import type { Health } from '../bus/bus.ts'
import type { EventRecord } from '../record.ts'

/** A record that the store refuses for good. */
export interface Refusal {
  /** Its place in what was handed over. */
  index: number
  code: string
  message: string
}

/** What became of records that were handed to a store. */
export interface Stored {
  refused: readonly Refusal[]
  /** Ids that it had before. A store that cannot know leaves it empty. */
  duplicates: ReadonlySet<string>
  /** How many of them happened so long ago that aggregates must be made anew. */
  late?: number
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

/** Whose data is to be deleted: all of a site's, or one visitor's. */
export type Whom = { site: string; visitor?: undefined } | { site?: string; visitor: string }

/** Moments in ms since the epoch; what is older goes. A kind that is left out is kept. */
export interface Expiry {
  raw?: number
  aggregates?: number
}

/** A store. Storing an event twice is storing it once. */
export interface Sink {
  /** Which language `rows` speaks: Flux or SQL. */
  readonly store: 'influxdb' | 'duckdb'
  /**
   * Resolves once all but the refused records are durable.
   * @throws {SinkUnavailable} when nothing can be stored now; the caller keeps the records and tries again
   */
  write(records: readonly EventRecord[]): Promise<Stored>
  /** Those of some ids that it has. Absent where writing does not tell either. */
  known?(ids: readonly string[]): Promise<ReadonlySet<string>>
  /**
   * @param signal stops it, when nobody waits for the answer any more
   * @throws {RequestError} `invalid_query` for a cursor that is none of ours, `client_gone` when it was stopped
   */
  events(query: EventsQuery, signal?: AbortSignal): Promise<EventsPage>
  /**
   * Runs a query in the store's own language (Flux or SQL) and gives its rows.
   * @param signal stops it, when nobody waits for the answer any more
   * @throws {RequestError} `client_gone` when it was stopped
   */
  rows(query: string, signal?: AbortSignal): Promise<Record<string, unknown>[]>
  /**
   * Deletes what is stored of a site or a visitor. Aggregates, which name no visitor, are made anew without them.
   * @returns how many events are gone
   * @throws {SinkUnavailable}
   */
  forget(whom: Whom): Promise<number>
  /**
   * Deletes what is older than it may get. Aggregates of events that go stay.
   * @throws {SinkUnavailable}
   */
  expire(before: Expiry): Promise<void>
  health(): Promise<Health>
  close(): Promise<void>
}

/** Records on their way into a store. They are handed over one by one, so that nobody has to keep them as objects until they are stored. */
export interface Draft {
  add(record: EventRecord): void
  /**
   * Takes a record as the JSON that it is, if it is so plain that it need not be parsed for the store.
   * @returns whether it did; if not, nothing is added
   */
  addJson(json: Buffer): boolean
  /**
   * Resolves once all but the refused records are durable; after a failure it may be called again.
   * @throws {SinkUnavailable} when nothing can be stored now
   */
  store(): Promise<Stored>
}

/** A store that takes drafts. */
export interface DraftingSink extends Sink {
  /** @param bytes how much the records take as JSON, about */
  draft(bytes?: number): Draft
}
