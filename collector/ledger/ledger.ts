/** What became of the events of one site in one minute, as far as their numbers tell. */
export interface LedgerRow {
  site: string
  /** Start of the minute, in ms since the epoch. */
  minute: number
  /** Events that pages have numbered: stored and missing. */
  captured: number
  stored: number
  /** Numbers that are skipped ahead of an event of this minute: lost on the way, rejected, or still to come. */
  missing: number
  /** Points with a number that their page view has in the store already. */
  doubled: number
}

/** Which part of the ledger is wanted; times in ms since the epoch, `to` not included. It begins with the minute of `from`. */
export interface LedgerQuery {
  site?: string
  from: number
  to: number
}

/** Reads the ledger from wherever events are stored. */
export type Ledger = (query: LedgerQuery, signal?: AbortSignal) => Promise<LedgerRow[]>

export const MINUTE_MS = 60_000
/** So far ahead of the wanted time is looked for the event before the first one of a page view. */
export const LOOK_BACK_MS = 3_600_000
