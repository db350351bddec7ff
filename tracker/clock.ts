import { date, elapsed, now } from '@webwatch/events/dom/view.ts'

/** Milliseconds since the epoch; of a moment on the document's own clock, or of the present one. */
export type Clock = (timeStamp?: number) => number

/** A clock that falls behind the system's by more than so many ms has stood still; by less, the system's has been put right. */
const SLEPT = 60_000

let slept = 0

/**
 * A clock that starts at the present time of day and then only goes forward, whatever is done to the system's clock.
 * One is made for each page view. While a machine sleeps it may stand still: `timeSlept` makes good for that.
 */
export function startClock(): Clock {
  slept = 0
  const offset = date() - elapsed()
  return (timeStamp = elapsed()) => Math.round(offset + timeStamp)
}

/**
 * How long, in ms, the view's clock has stood still while the machine slept, as it does on macOS and Linux. To be added to the time of
 * an event, never to what is measured between two moments. It only grows.
 */
export function timeSlept(): number {
  const behind = date() - now()
  if (behind > slept + SLEPT) slept = behind
  return slept
}
