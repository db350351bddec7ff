import { RequestError } from '../errors.ts'
import type { Accepted, BatchFacts } from '../record.ts'
import { agentOf } from './agent.ts'
import { clockSkew, isDoubtful, outOfTime } from './clock.ts'
import type { ClockBook } from './clock-book.ts'
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
  /** The page's clock is wrong, and what was made of it belongs into the clock book before anything else. */
  isDoubtful: boolean
}

/** What a request says besides its body. */
export interface Sender {
  /** The key of the `Authorization` header. */
  key: string | undefined
  userAgent: string | undefined
  /** Where it came from. It is asked for its country and forgotten. */
  address?: string
}

/** Gives the facts of a batch for a correction of its clock, in ms: one object for each amount, and almost always there is one. */
function factsByCorrection(facts: BatchFacts): (correction: number) => BatchFacts {
  const corrected = new Map<number, BatchFacts>([[0, facts]])
  return (correction) => {
    const found = corrected.get(correction) ?? { ...facts, skew: correction }
    corrected.set(correction, found)
    return found
  }
}

/**
 * Looks through the body of a request event by event.
 * @param guardOf tells from a key which sites it may write
 * @param now ms since the epoch, by the collector's clock
 * @param book what it made of the clocks of pages before
 * @throws {RequestError} when the whole batch cannot be taken
 */
export function examine(
  body: unknown,
  sender: Sender,
  guardOf: (key: string | undefined) => SiteGuard,
  now: number,
  book?: Pick<ClockBook, 'of'>,
): Intake {
  const batch = checkBatch(body)
  const mayWrite = guardOf(sender.key ?? batch.key)
  const skew = clockSkew(batch.sentAt, now)
  const factsOf = factsByCorrection({
    receivedAt: now,
    source: batch.source,
    context: batch.context,
    ...agentOf(sender.userAgent),
    // A driven browser has the user agent of any other, and says so itself.
    ...(batch.context.webdriver && { device: 'bot' as const }),
    country: countryOf(sender.address, batch.context.timeZone),
    ...(batch.receipts && { receipts: true }),
  })
  const accepted: Accepted[] = []
  const rejected: Rejection[] = []
  batch.events.forEach((event, index) => {
    let rejection = checkEvent(event, index)
    // Keys and time zones know no case: each spelling would be one more site, and of those there is an end.
    if (!rejection) event.site = event.site.toLowerCase()
    if (!rejection && !mayWrite(event.site)) {
      rejection = { index, id: event.id, code: 'wrong_site', path: '/site', message: 'the key is of another site' }
    }
    const correction = rejection ? 0 : (book?.of(event.id) ?? skew)
    if (!rejection) {
      event.time += correction
      rejection = outOfTime(event, index, now)
    }
    if (rejection) rejected.push(rejection)
    else accepted.push({ event, route: routeOf(event.url), facts: factsOf(correction) })
  })
  if (rejected.length === batch.events.length && rejected.every(({ code }) => code === 'wrong_site')) {
    throw new RequestError('wrong_site', 'The key is of another site than the events')
  }
  return { accepted, rejected, receipts: batch.receipts === true, isDoubtful: isDoubtful(batch.sentAt, now) }
}
