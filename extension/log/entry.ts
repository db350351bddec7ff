import type { BatchContext, TrackedEvent } from '@webwatch/events'

/**
 * What became of an event: `queued` waits on disk, `sent` is on its way, `accepted` is durable at the collector,
 * `rejected` was refused by it, `dropped` had to make room here.
 */
export const states = ['queued', 'sent', 'accepted', 'rejected', 'dropped'] as const
export type State = (typeof states)[number]

/** Why, in a code that stays the same and in words. */
export interface Reason {
  code: string
  message: string
}

/** An event of the log. The queue is the part of the log that is not settled yet. */
export interface LogEntry {
  /** Place in the log: rises with every event. */
  order: number
  id: string
  site: string
  /** The browser's id of the tab. */
  tab: number
  state: State
  weight: 'bulk' | 'normal'
  reason?: Reason
  /** When the state changed last, in ms since the epoch. */
  updatedAt: number
  event: TrackedEvent
  context: BatchContext
}

/** Whether an event still waits for the collector. */
export const isWaiting = ({ state }: Pick<LogEntry, 'state'>): boolean => state === 'queued' || state === 'sent'
