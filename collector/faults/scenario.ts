import { setTimeout as sleep } from 'node:timers/promises'
import { eventTypes, type TrackedEvent } from '@webwatch/events'
import { pointTime } from '@webwatch/events/point-time.ts'
import { expect } from 'vitest'
import { eventually } from '../testing/eventually.ts'
import type { Dice } from './dice.ts'
import { type Load, type LoadOptions, steadyLoad } from './load.ts'
import type { CollectorPart, Stand, StoredPoint } from './stand.ts'

/** How long and how hard faults are. */
export interface Strength {
  /** A pause of a process, in ms. */
  pauseMs: number
  /** Parts that stand still at the same time. */
  pausedTogether: number
  /** Each harm of the network, in ms. */
  harmMs: number
  /** Kinds of harm that the way between two parts suffers, drawn from all. */
  harms: number
  /** Time with more load than can be taken, in ms. */
  overloadMs: number
  /** How long Kafka or InfluxDB stays away, in ms. */
  outageMs: number
  /** Times that a fault of a moment is repeated. */
  rounds: number
}

/** For every change, and for when there is an hour. */
export const strengths = {
  short: { pauseMs: 5_500, pausedTogether: 2, harmMs: 1_000, harms: 2, overloadMs: 5_000, outageMs: 1_500, rounds: 1 },
  long: { pauseMs: 30_000, pausedTogether: 1, harmMs: 20_000, harms: 4, overloadMs: 300_000, outageMs: 30_000, rounds: 5 },
} as const satisfies Record<string, Strength>

/** What a scenario works with. */
export interface Scene {
  stand: Stand
  /** The ingest that the load goes to. */
  ingest: CollectorPart
  load: Load
  dice: Dice
  strength: Strength
}

/** An ingest for one scenario. */
export interface OwnIngest {
  ingest: CollectorPart
  /** Ends it and undoes what was made for it. */
  release(): Promise<void>
}

/** Something that goes wrong, and is right again when `strike` returns. */
export interface Scenario {
  name: string
  /** How heavy the load is, where it matters. */
  load?: Partial<Pick<LoadOptions, 'clients' | 'events' | 'everyMs'>>
  /** By how many ms a clock may be wrong and be corrected, in either direction; left out, no clock is wrong. */
  clockWrongBy?: number
  /** Starts an ingest of its own for this scenario, to which the load goes instead. */
  prepare?(stand: Stand): Promise<OwnIngest>
  strike(scene: Scene): Promise<void>
}

/** Waits a little, so that a fault meets whatever is going on at that moment. */
export const aMoment = (dice: Dice): Promise<void> => sleep(dice.between(0, 700))

const refusalsOf = ({ refusals }: Load): string =>
  [...refusals].map(([status, times]) => `${times} x ${status || 'no answer'}`).join(', ') || 'none'

const measurements = new Map<string, string>(eventTypes.map(({ type, measurement }) => [type, measurement]))
const RECOVERY_MS = 120_000
let sites = 0

const toPoint = ({ type, time, id, seq, page, session, visitor, url }: TrackedEvent): Omit<StoredPoint, 'skew'> => ({
  measurement: measurements.get(type)!,
  time: pointTime(time, id),
  id,
  seq,
  page,
  session,
  visitor,
  href: url,
})

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
/** Events that are looked at with all their data: the newest, as many as one answer holds. */
const SAMPLE = 500
/** Corrections are whole multiples of 10 s, and a batch may be under way for a while. */
const SKEW_TOLERANCE_MS = 20_000

/**
 * Waits until every accepted event is stored, and nothing else: no double, and nothing that was changed on its way, its time included. InfluxDB shows the
 * fields of a write one after the other, so what is not right at once may be so in the next moment.
 */
async function settle(stand: Stand, site: string, { accepted }: Load, clockWrongBy: number): Promise<StoredPoint[]> {
  const sent = [...accepted.values()].map(toPoint).sort(byId)
  const isRight = (points: StoredPoint[]) => {
    expect(points).toHaveLength(sent.length)
    expect(points.sort(byId).map(({ skew: _skew, ...point }) => point)).toEqual(sent)
    const wrong = points.filter(({ skew }) => skew !== 0 && Math.abs(Math.abs(skew) - clockWrongBy) > SKEW_TOLERANCE_MS)
    expect(wrong).toEqual([])
  }
  return eventually(() => stand.stored(site), isRight, RECOVERY_MS)
}

/** Compares the newest events with what was sent, whole. @returns how many they are */
async function compareWhole(stand: Stand, site: string, { accepted }: Load, points: readonly StoredPoint[]): Promise<number> {
  const skews = new Map(points.map(({ id, skew }) => [id, skew]))
  const isRight = (events: TrackedEvent[]) => {
    expect(events).toHaveLength(Math.min(SAMPLE, points.length))
    const sent = events.map(({ id }) => accepted.get(id)!)
    expect(events.sort(byId)).toEqual(sent.map((event) => ({ ...event, time: event.time + skews.get(event.id)! })).sort(byId))
  }
  return (await eventually(() => stand.events(site, SAMPLE), isRight, RECOVERY_MS)).length
}

/** Lets a scenario happen under a steady load, and expects every accepted event in the store, once, and nothing else. */
export async function survive(scenario: Scenario, stand: Stand, dice: Dice, strength: Strength): Promise<void> {
  const { name, strike, prepare, load: shape } = scenario
  const site = `fault-${sites++}.example`
  const own = await prepare?.(stand)
  const load = steadyLoad({ url: own?.ingest.url ?? stand.url, site, ...shape })
  try {
    await eventually(
      async () => load.accepted.size,
      (size) => expect(size, `events accepted before anything goes wrong; refusals: ${refusalsOf(load)}`).toBeGreaterThan(20),
    )
    await aMoment(dice)
    await strike({ stand, ingest: own?.ingest ?? stand.ingest, load, dice, strength })
    await sleep(500)
    await load.stop()
    const points = await settle(stand, site, load, scenario.clockWrongBy ?? 0)
    const compared = await compareWhole(stand, site, load, points)
    console.info(
      `${name}: ${load.tried} events tried, ${load.accepted.size} accepted, ${points.length} stored, ${compared} of them compared whole; refusals: ${refusalsOf(load)}`,
    )
    expect(load.accepted.size).toBe(load.tried)
    expect(load.abrupt, 'answers 429 and 503 without Retry-After').toBe(0)
  } finally {
    load.abandon()
    await own?.release()
  }
}
