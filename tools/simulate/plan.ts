import type { TrackedEvent } from '@webwatch/events'
import { busyMoment, crowd } from './crowd.ts'
import { type Random, seededRandom } from './random.ts'
import type { Visit } from './visit.ts'

/** What is to be simulated. */
export interface Plan {
  site: string
  /** The same seed at the same moment makes the same visits. */
  seed: number
  /** Events a second, and for how many seconds; with `days`, their product is the number of events. */
  rate: number
  seconds: number
  /** Spreads the events over so many days before now, instead of the seconds after it. */
  days: number
  /** Share of events with which something goes wrong: half of them never leave the page, half break their contract. */
  faults: number
  /** ms since the epoch. */
  now: number
}

const DAY = 86_400_000
/** How long before the beginning visits may have begun that are still under way, in ms. */
const UNDER_WAY = 300_000

/** Loses some events and spoils others. */
function withFaults(random: Random, events: readonly TrackedEvent[], share: number): TrackedEvent[] {
  if (share === 0) return [...events]
  return events.flatMap((event) => {
    if (!random.chance(share)) return [event]
    return random.chance(0.5) ? [] : [{ ...event, data: { ...event.data, of_another_version: true } }]
  })
}

/** Events of page views that begin after one moment, up to another: a view of which only the end were sent would look like a loss. */
function within({ visitor, events }: Visit, from: number, to: number): Visit {
  const whole = new Set(events.filter(({ seq, time }) => seq === 0 && time >= from).map(({ page }) => page))
  return { visitor, events: events.filter(({ page, time }) => whole.has(page) && time <= to) }
}

/** So many visits, those that begin first in front. */
function visitsOf({ site, seed, now, seconds, days }: Plan, count: number): Visit[] {
  const random = seededRandom(seed)
  const next = crowd(random, site)
  const from = days > 0 ? now - days * DAY : now
  const to = days > 0 ? now : now + seconds * 1000
  const starts = Array.from({ length: count }, () => busyMoment(random, days > 0 ? from : from - UNDER_WAY, to)).sort((a, b) => a - b)
  return starts.map((start) => within(next(start), from, to)).filter(({ events }) => events.length > 0)
}

const eventsIn = (visits: readonly Visit[]): number => visits.reduce((sum, { events }) => sum + events.length, 0)

/** Visits whose events are counted before the plan is made. */
const SAMPLE = 150
/** By how much the number of events may miss what is wanted, as a share. */
const TOLERANCE = 0.1

/** All visits of a simulation, with about as many events as are wanted, none of them behind its end. */
export function planVisits(plan: Plan): Visit[] {
  const wanted = plan.rate * plan.seconds
  // How many events a visit has within the time is not known beforehand: some visits tell, and when they were not typical, all of them.
  const perVisit = eventsIn(visitsOf({ ...plan, seed: plan.seed ^ 0x5eed }, SAMPLE)) / SAMPLE
  const count = Math.max(1, Math.round(wanted / Math.max(1, perVisit)))
  let visits = visitsOf(plan, count)
  const share = eventsIn(visits) / wanted
  if (Math.abs(share - 1) > TOLERANCE) visits = visitsOf(plan, Math.max(1, Math.round(count / Math.max(share, 0.01))))
  const random = seededRandom(plan.seed ^ 0xfa17)
  return visits.map(({ visitor, events }) => ({ visitor, events: withFaults(random, events, plan.faults) }))
}
