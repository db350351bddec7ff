import type { Stage } from '../receipts/receipt.ts'
import type { Accepted } from '../record.ts'

/** Where a record came to lie. Absent from a pipeline without a log. */
export interface Placement {
  topic: string
  partition: number
  offset: string
  /** Why the record lies in the dead-letter topic, if it does: the code of its letter. */
  code?: string
}

/** A record that nobody will store as it is, for the dead-letter topic. */
export interface DeadLetter {
  code: string
  message: string
  /** Where it came from; absent when it never was in a log. */
  placement?: Placement
  /** Where it should have gone, if it never was in a log. */
  topic?: string
  /** The record as it was found. */
  value: string
}

/** What became of records that are now durable. */
export interface Published {
  /** Ids that had been stored before. A bus that cannot know leaves it empty. */
  duplicates: ReadonlySet<string>
  /** Where each record lies, in order; absent without a log. */
  placements?: readonly Placement[]
}

/** Whether a part works at this moment, and if not, why. */
export interface Health {
  ok: boolean
  reason?: string
  /** Records that are safe on disk and wait for Kafka. */
  spool?: { records: number; bytes: number }
}

/** Carries accepted records from ingest to the sink. */
export interface Bus {
  readonly name: 'kafka' | 'embedded'
  /**
   * Resolves once every record is durable.
   * @throws {BusUnavailable} when there is no durable place now
   * @throws {BusOverloaded} when more is under way than memory should hold
   */
  publish(records: readonly Accepted[]): Promise<Published>
  /** Tells every process that follows, this one too, what became of events. Receipts are a courtesy: one that cannot be sent is dropped. */
  announce(stages: readonly Stage[]): void
  /** Hands over what other processes announce; called more than once it changes nothing. */
  follow(post: (stages: readonly Stage[]) => void): void
  health(): Promise<Health>
  /** Finishes what is under way and lets go of everything. */
  close(): Promise<void>
}
