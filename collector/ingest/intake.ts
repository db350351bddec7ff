import { RequestError } from '../errors.ts'
import type { Accepted, BatchFacts } from '../record.ts'
import { agentOf } from './agent.ts'
import { clockSkew, outOfTime } from './clock.ts'
import { countryOf } from './country.ts'
import type { SiteGuard } from './keys.ts'
import { routeOf } from './route.ts'
import { checkBatch, checkEvent, type Rejection } from './validation.ts'

/** A batch after it was looked through: nothing is written yet. */
export interface Intake {
  accepted: Accepted[]
  rejected: Rejection[]
  /** Somebody will ask what becomes of each event. */
  receipts: boolean
}

/** What a request says besides its body. */
export interface Sender {
  /** The key of the `Authorization` header. */
  key: string | undefined
  userAgent: string | undefined
}

/**
 * Looks through the body of a request event by event.
 * @param guardOf tells from a key which sites it may write
 * @param now ms since the epoch, by the collector's clock
 * @throws {RequestError} when the whole batch cannot be taken
 */
export function examine(body: unknown, sender: Sender, guardOf: (key: string | undefined) => SiteGuard, now: number): Intake {
  const batch = checkBatch(body)
  const mayWrite = guardOf(sender.key ?? batch.key)
  const skew = clockSkew(batch.sentAt, now)
  const facts: BatchFacts = {
    receivedAt: now,
    source: batch.source,
    context: batch.context,
    ...agentOf(sender.userAgent),
    // A driven browser has the user agent of any other, and says so itself.
    ...(batch.context.webdriver && { device: 'bot' as const }),
    country: countryOf(batch.context.timeZone),
    ...(skew !== 0 && { skew }),
    ...(batch.receipts && { receipts: true }),
  }
  const accepted: Accepted[] = []
  const rejected: Rejection[] = []
  batch.events.forEach((event, index) => {
    let rejection = checkEvent(event, index)
    if (!rejection && !mayWrite(event.site)) {
      rejection = { index, id: event.id, code: 'wrong_site', path: '/site', message: 'the key is of another site' }
    }
    if (!rejection) {
      event.time += skew
      rejection = outOfTime(event, index, now)
    }
    if (rejection) rejected.push(rejection)
    else accepted.push({ event, route: routeOf(event.url), facts })
  })
  if (rejected.length === batch.events.length && rejected.every(({ code }) => code === 'wrong_site')) {
    throw new RequestError('wrong_site', 'The key is of another site than the events')
  }
  return { accepted, rejected, receipts: batch.receipts === true }
}
