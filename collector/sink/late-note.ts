import { FRESH_MS, LATE_MEASUREMENT } from '@webwatch/metrics/aggregates.ts'
import type { Lines } from './lines.ts'

const HOUR_MS = 3_600_000
/** Places within a ms, in ns. */
const PLACES = 1_000_000

/** A time whose aggregates are to be made anew, from its first to its last moment (ms since the epoch), and how many late events it has. */
export interface LateSpan {
  from: number
  until: number
  events: number
}

const hourOf = (time: number): number => Math.floor(time / HOUR_MS)

/** The same times, those put together that lie in the same hour or in hours that follow each other: tasks make whole hours anew. */
export function merged(spans: readonly LateSpan[]): LateSpan[] {
  const result: LateSpan[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last && hourOf(span.from) <= hourOf(last.until) + 1) {
      last.until = Math.max(last.until, span.until)
      last.events += span.events
    } else result.push({ ...span })
  }
  return result
}

/** The times of the late ones among the first so many points when they are stored at that moment (ms since the epoch). */
export function lateSpansOf(lines: Lines, points: number, now: number): LateSpan[] {
  const limit = now - FRESH_MS
  const hours = new Map<number, LateSpan>()
  for (let index = 0; index < points; index++) {
    const time = lines.msOf(index)
    if (time >= limit) continue
    const hour = hours.get(hourOf(time))
    if (hour) {
      hour.events++
      hour.from = Math.min(hour.from, time)
      hour.until = Math.max(hour.until, time)
    } else hours.set(hourOf(time), { from: time, until: time, events: 1 })
  }
  return merged([...hours.values()])
}

/**
 * The lines that tell the tasks to make aggregates of these times anew. Those of late events go into the same write as the events, so that they are
 * durable when these are. Their places within the ms begin at a chance: notes of several processes must not overwrite each other.
 */
export function lateNotes(spans: readonly LateSpan[], now: number): string[] {
  const first = Math.floor(Math.random() * PLACES)
  return spans.map(({ from, until, events }, index) => {
    const place = String((first + index) % PLACES).padStart(6, '0')
    return `${LATE_MEASUREMENT} events=${events}i,from=${from}i,until=${until}i ${now}${place}`
  })
}
