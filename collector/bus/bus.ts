import type { EventRecord } from '../record.ts'

/** Where a record came to lie. Absent from a pipeline without a log. */
export interface Placement {
  topic: string
  partition: number
  offset: string
}

/** A record as a sink gets it, with the place to name when it cannot be stored. */
export interface Delivered {
  record: EventRecord
  placement?: Placement
}

/** Stores what it is given, or throws; after it has returned, the records are durable. */
export type Handler = (delivered: readonly Delivered[]) => Promise<void>

/** Carries accepted records from ingest to the sink. */
export interface Bus {
  /**
   * Resolves once every record is durable, with one placement for each record where there is a log.
   * @throws {BusUnavailable} when there is no durable place now
   */
  publish(records: readonly EventRecord[]): Promise<readonly (Placement | undefined)[]>
  /** Starts to hand records to the sink. They are acknowledged when the handler has returned. */
  consume(handler: Handler): Promise<void>
  /** Whether it can carry records at this moment, and if not, why. */
  health(): Promise<{ ok: boolean; reason?: string }>
  /** Finishes what is under way and lets go of everything. */
  close(): Promise<void>
}
