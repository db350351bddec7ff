import { FRESH_MS, LATE_MEASUREMENT } from '@webwatch/metrics/aggregates.ts'
import type { Lines } from './lines.ts'

/** What a write holds of late events. */
export interface Lateness {
  count: number
  /** Time of the earliest, in ms since the epoch. */
  from: number
}

/** The late ones of the first so many points when they are stored at that moment (ms since the epoch), or undefined when all are fresh. */
export function latenessOf(lines: Lines, points: number, now: number): Lateness | undefined {
  const limit = now - FRESH_MS
  let count = 0
  let from = limit
  for (let index = 0; index < points; index++) {
    const time = lines.msOf(index)
    if (time >= limit) continue
    count++
    if (time < from) from = time
  }
  return count > 0 ? { count, from } : undefined
}

/**
 * The line that tells the tasks to make aggregates anew from that time on. It goes into the same write as the events, so that it is durable when
 * they are. Its place within the ms is chance: notes of several processes must not overwrite each other.
 */
export const lateNote = ({ count, from }: Lateness, now: number): string =>
  `${LATE_MEASUREMENT} events=${count}i,from=${from}i ${now}${String(Math.floor(Math.random() * 1_000_000)).padStart(6, '0')}`
