/**
 * What is sent in the place of a message that was refused, since it is too large or one of its events is none: its halves, and
 * theirs if need be. One event that is refused by itself is given up, or it would keep all others waiting.
 */
export const halves = <Event>(events: readonly Event[]): Event[][] => {
  const half = events.length >> 1
  return half ? [events.slice(0, half), events.slice(half)] : []
}
