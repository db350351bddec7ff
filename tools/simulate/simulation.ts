import { setTimeout as sleep } from 'node:timers/promises'
import type { TrackedEvent } from '@webwatch/events'
import type { Visitor } from './audience.ts'
import { type Plan, planVisits } from './plan.ts'
import type { Destination } from './sender.ts'
import type { Visit } from './visit.ts'

/** Deliveries under way at one time. */
const CONCURRENCY = 8
/** How often what has happened is sent. */
const FLUSH_MS = 1_000

type Delivery = readonly [visitor: Visitor, events: readonly TrackedEvent[]]

async function deliverAll(deliveries: readonly Delivery[], destination: Destination): Promise<void> {
  const left = deliveries.values()
  const work = async () => {
    for (const [visitor, events] of left) await destination.deliver(visitor, events)
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
}

/** What has happened by a moment and was not taken before, by visit. */
function takeDue(visits: readonly Visit[], moment: number): Delivery[] {
  return visits.flatMap(({ visitor, events }): Delivery[] => {
    const count = events.findIndex(({ time }) => time > moment)
    const due = events.splice(0, count < 0 ? events.length : count)
    return due.length > 0 ? [[visitor, due]] : []
  })
}

/** Runs a plan: past visits as fast as they are taken, and those of the present as they happen. */
export async function simulate(plan: Plan, destination: Destination, flushed: (seconds: number) => void = () => undefined): Promise<void> {
  const visits = planVisits(plan)
  if (plan.days > 0) return deliverAll(takeDue(visits, plan.now), destination)
  const end = plan.now + plan.seconds * 1000
  for (;;) {
    const moment = Math.min(Date.now(), end)
    await deliverAll(takeDue(visits, moment), destination)
    flushed(Math.round((moment - plan.now) / 1000))
    if (moment >= end) return
    await sleep(Math.max(0, FLUSH_MS - (Date.now() - moment)))
  }
}
