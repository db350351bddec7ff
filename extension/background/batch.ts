import type { Batch } from '@webwatch/events'
import { type Static, Type } from 'typebox'
import { Check } from 'typebox/value'
import type { LogEntry, Reason } from '../log/entry.ts'

const text = Type.String()
const Accepted = Type.Object({
  accepted: Type.Integer(),
  duplicates: Type.Integer(),
  rejected: Type.Array(Type.Object({ index: Type.Integer(), code: text, path: text, message: text })),
})
/** What the collector answers to a batch that it has taken. */
export type Accepted = Static<typeof Accepted>

const Refused = Type.Object({ error: Type.Object({ code: text, message: text }) })

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
  /** Something arrived that cannot be read, or somebody else has answered: of the batch as it is here nothing is known. */
  | { kind: 'doubt'; isCollector: boolean; reason: Reason }

/**
 * What a collector says of a batch that it has understood. Its other codes with such a status also come of bytes that were changed on their
 * way, and what does not say its code may be a proxy's, or of somebody who is no collector at all.
 */
const final: ReadonlySet<string | undefined> = new Set(['not_a_batch', 'too_many_events', 'wrong_site'])

/**
 * Reads an HTTP answer to a batch. Whoever stands between may say 202 too: only a body that tells what became of each event counts.
 * @param retryAfter the header of that name, in seconds
 * @param body what was to be JSON; undefined when it was not
 */
export function understand(status: number, retryAfter: number, body: unknown): Accepted | Failure {
  if (status === 202 && Check(Accepted, body)) return body
  return judge(status, retryAfter, Check(Refused, body) ? body.error : {})
}

/** Send it again later, for a reason that nobody at this end can mend. */
export const later = ({ message }: Reason, retryAfter = 0): Failure & { kind: 'retry' } => ({
  kind: 'retry',
  retryAfter,
  problem: `The collector cannot take events now: ${message}`,
})

/**
 * Decides what an HTTP answer means for a batch that has not been taken.
 * @param status the answer's status; 0 when there was none
 * @param retryAfter the header of that name, in seconds
 */
export function judge(status: number, retryAfter: number, error: Partial<Reason> = {}): Failure {
  const reason = { code: error.code ?? `http_${status}`, message: error.message ?? `The collector answered ${status}.` }
  if (status === 413) return { kind: 'split' }
  // wrong_site is of the key of one site, which says nothing against the others: waiting with these events would keep all behind them waiting.
  if (final.has(error.code)) return { kind: 'reject', reason }
  if (status === 400 || status === 415 || status === 422) return { kind: 'doubt', isCollector: error.code !== undefined, reason }
  if (status === 401 || status === 403)
    return { kind: 'retry', retryAfter: Math.max(30, retryAfter), problem: `The collector refuses the write key: ${reason.message}` }
  if (status === 0) return { kind: 'retry', retryAfter: 0, problem: 'The collector is out of reach.' }
  return later(reason, retryAfter)
}
