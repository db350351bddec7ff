import { uuidv7 } from './uuid.ts'

/** Idle time after which a visit has ended, and its longest duration, in ms. */
const IDLE = 30 * 60_000
const LONGEST = 24 * 60 * 60_000

/** Who is visiting: a visitor who is random and known to one site only, and the visit. Times in ms since the epoch. */
export interface Identity {
  visitor: string
  session: string
  startedAt: number
  lastEventAt: number
}

/**
 * The identity that an event belongs to.
 * @param known the identity of the site's last event, if there was one
 * @param time when the event happened
 */
export function identityAt(known: Identity | undefined, time: number): Identity {
  const isOver = !known || time - known.lastEventAt > IDLE || time - known.startedAt > LONGEST
  if (!isOver) return { ...known, lastEventAt: Math.max(known.lastEventAt, time) }
  return { visitor: known?.visitor ?? uuidv7(time), session: uuidv7(time), startedAt: time, lastEventAt: time }
}
