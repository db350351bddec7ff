import type { Batch } from '@webwatch/events'
import type { LogEntry, Reason } from '../log/entry.ts'

/** What the collector answers to a batch that it has taken. */
export interface Accepted {
  accepted: number
  duplicates: number
  rejected: { index: number; id: string | null; code: string; path: string; message: string }[]
}

/** The batch that delivers some entries of one site and one context. */
export function batchOf(entries: readonly LogEntry[], version: string): Batch {
  return { sentAt: Date.now(), source: 'extension', version, context: entries[0]!.context, events: entries.map(({ event }) => event) }
}

/** Why the collector refused some entries of a batch, by their place in it. */
export function refusals({ rejected }: Accepted): Map<number, Reason> {
  return new Map(rejected.map(({ index, code, path, message }) => [index, { code, message: path ? `${message} (${path})` : message }]))
}

/** What to do after an answer that is not 202. */
export type Failure =
  /** Nothing is wrong with the batch: send it again later. Seconds that the collector asked to wait. */
  | { kind: 'retry'; retryAfter: number; problem: string }
  /** The batch is too large: send it in parts. */
  | { kind: 'split' }
  /** The batch itself is refused, and would be again. */
  | { kind: 'reject'; reason: Reason }

/**
 * Decides what an HTTP answer means for a batch.
 * @param status the answer's status; 0 when there was none
 * @param retryAfter the header of that name, in seconds
 */
export function judge(status: number, retryAfter: number, error: Partial<Reason> = {}): Failure {
  const reason = { code: error.code ?? `http_${status}`, message: error.message ?? `The collector answered ${status}.` }
  if (status === 413) return { kind: 'split' }
  // Of the key of one site, which says nothing against the others: waiting with these events would keep all behind them waiting.
  if (status === 403 && error.code === 'wrong_site') return { kind: 'reject', reason }
  if (status === 400 || status === 415 || status === 422) return { kind: 'reject', reason }
  if (status === 401 || status === 403)
    return { kind: 'retry', retryAfter: Math.max(30, retryAfter), problem: `The collector refuses the write key: ${reason.message}` }
  if (status === 0) return { kind: 'retry', retryAfter: 0, problem: 'The collector is out of reach.' }
  return { kind: 'retry', retryAfter, problem: `The collector cannot take events now: ${reason.message}` }
}
