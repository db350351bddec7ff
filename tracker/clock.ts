import { date, elapsed } from '@webwatch/events/dom/view.ts'

/** Milliseconds since the epoch; of a moment on the document's own clock, or of the present one. */
export type Clock = (timeStamp?: number) => number

/**
 * A clock that starts at the present time of day and then only goes forward, whatever is done to the system's clock.
 * One is made for each page view, so that a machine that slept is right again with the next.
 */
export function startClock(): Clock {
  const offset = date() - elapsed()
  return (timeStamp = elapsed()) => Math.round(offset + timeStamp)
}
