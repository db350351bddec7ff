import { newVisitor, type Visitor } from './audience.ts'
import type { Random } from './random.ts'
import { type Visit, visit } from './visit.ts'

/** How many visitors are remembered, and how often a visit is by one of them. */
const REMEMBERED = 400
const RETURN_CHANCE = 0.35

/** Visitors of one site, of whom some come back. */
export function crowd(random: Random, site: string): (start: number) => Visit {
  const known: Visitor[] = []
  return (start) => {
    const returning = known.length > 0 && random.chance(RETURN_CHANCE)
    const visitor = returning ? random.pick(known) : newVisitor(random, start)
    if (!returning) {
      if (known.length < REMEMBERED) known.push(visitor)
      else known[random.integer(0, REMEMBERED - 1)] = visitor
    }
    return visit(random, visitor, site, start)
  }
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** How busy an hour of the day is, from 0 to 1: quiet nights, a lunch-time and an evening peak (UTC). */
const busyness = [18, 12, 9, 8, 9, 14, 25, 40, 55, 66, 72, 78, 84, 78, 72, 70, 72, 78, 88, 100, 96, 78, 52, 32].map((share) => share / 100)

/** A moment between two (ms since the epoch): as likely as its hour is busy, and a little less at weekends. */
export function busyMoment(random: Random, from: number, to: number): number {
  for (;;) {
    const moment = random.between(from, to)
    const day = new Date(moment).getUTCDay()
    const weekend = day === 0 || day === 6 ? 0.75 : 1
    if (to - from < DAY || random.chance(busyness[Math.floor((moment % DAY) / HOUR)]! * weekend)) return Math.floor(moment)
  }
}
