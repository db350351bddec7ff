import { agentOf } from '@webwatch/collector/ingest/agent.ts'
import { countryOf } from '@webwatch/collector/ingest/country.ts'
import { routeOf } from '@webwatch/collector/ingest/route.ts'
import { type EventRecord, toRecord } from '@webwatch/collector/record.ts'
import { planVisits } from '../../tools/simulate/plan.ts'

/** So many records go to the store at once. */
export const BATCH = 5_000

/** Which records to make up. */
export interface Recording {
  seed: number
  events: number
  /** Over how many days before the end they are spread. */
  days: number
  /** In ms since the epoch. */
  end: number
}

/** The events of simulated visits of one shop, as a sink gets them. */
export function recordsOf({ seed, events, days, end }: Recording): EventRecord[] {
  const plan = { site: 'shop.example', seed, rate: events, seconds: 1, days, faults: 0.001, now: end }
  return planVisits(plan).flatMap(({ visitor, events: visit }) => {
    const { context, userAgent } = visitor
    const facts = { source: 'script' as const, context, ...agentOf(userAgent), country: countryOf(undefined, context.timeZone) }
    return visit
      .filter(({ data }) => !('of_another_version' in data))
      .map((event) => toRecord({ event, route: routeOf(event.url), facts: { ...facts, receivedAt: event.time } }))
  })
}
