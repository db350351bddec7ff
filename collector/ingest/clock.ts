import type { TrackedEvent } from '@webwatch/events'
import type { Rejection } from './validation.ts'

const MINUTE = 60_000
/** Oldest event that is taken. */
export const MAX_AGE_MS = 7 * 24 * 60 * MINUTE
/** Furthest ahead that an event may lie. */
export const MAX_AHEAD_MS = 10 * MINUTE
/** Corrections are whole multiples of this: what is below it is the time that a batch is under way. */
const STEP_MS = 10_000

/**
 * By how many ms the page's clock is behind the collector's: 0 unless it is more than a minute, in either direction.
 * @param sentAt when the batch left, by the page's clock, in ms since the epoch
 * @param now when it came, by the collector's clock, in ms since the epoch
 */
export function clockSkew(sentAt: number, now: number): number {
  const skew = now - sentAt
  return Math.abs(skew) <= MINUTE ? 0 : Math.round(skew / STEP_MS) * STEP_MS
}

/** Whether a skew is so large that, measured a moment later, it might be corrected by another amount. */
export const isDoubtful = (sentAt: number, now: number): boolean => Math.abs(now - sentAt) > MINUTE / 2

/** Says why an event whose time has been corrected is too old or too far ahead, or undefined when it is neither. */
export function outOfTime({ id, time }: TrackedEvent, index: number, now: number): Rejection | undefined {
  if (time < now - MAX_AGE_MS) return { index, id, code: 'too_old', path: '/time', message: 'the event is older than 7 days' }
  if (time > now + MAX_AHEAD_MS)
    return { index, id, code: 'in_future', path: '/time', message: 'the event lies more than 10 minutes ahead' }
  return undefined
}
