import type { BatchContext, Source, TrackedEvent } from '@webwatch/events'

/** What the collector derives from a request, so that nobody downstream needs the address or the user agent. */
export interface Derived {
  /** Origin and path of the page, with ids collapsed and without the query. */
  route: string
  device: Device
  browser: string
  os: string
  /** ISO 3166-1 alpha-2 code, or `unknown`. */
  country: string
}

/** Tags whose values come from pages and can be without end. */
export type BoundedTag = 'site' | 'url' | 'target'

export type Device = 'desktop' | 'mobile' | 'tablet' | 'bot' | 'unknown'

/** An accepted event: the value of a Kafka record, and what a sink stores. */
export interface EventRecord extends TrackedEvent, Derived {
  /** When the collector took it, in ms since the epoch, by the collector's clock. */
  receivedAt: number
  source: Source
  context: BatchContext
  /** By how many ms the page's clock was behind the collector's; only when the time was corrected for it. */
  skew?: number
  /** Somebody waits to hear what becomes of this event. */
  receipts?: true
  /** Tags that become `(other)`, because their site has too many values already. */
  overflow?: readonly BoundedTag[]
}

/** What all events of a batch share. */
export type BatchFacts = Omit<EventRecord, keyof TrackedEvent | 'route' | 'overflow'>

/** An event of a batch with what was derived for it; the facts are one object for the whole batch. */
export interface Accepted {
  event: TrackedEvent
  route: string
  facts: BatchFacts
  overflow?: readonly BoundedTag[]
}

/** The accepted event as one flat record. Spelt out, because spreading two objects into one costs more than all the rest of its way to the store. */
export function toRecord({ event, route, facts, overflow }: Accepted): EventRecord {
  const record: EventRecord = {
    id: event.id,
    type: event.type,
    time: event.time,
    seq: event.seq,
    site: event.site,
    url: event.url,
    page: event.page,
    session: event.session,
    visitor: event.visitor,
    data: event.data,
    route,
    receivedAt: facts.receivedAt,
    source: facts.source,
    context: facts.context,
    device: facts.device,
    browser: facts.browser,
    os: facts.os,
    country: facts.country,
  }
  if (facts.skew !== undefined) record.skew = facts.skew
  if (facts.receipts) record.receipts = true
  if (overflow) record.overflow = overflow
  return record
}

const factsText = new WeakMap<BatchFacts, string>()

/** The JSON of `toRecord(accepted)`. What a batch shares is written once for all its events: this runs for every event. */
export function encodeRecord({ event, route, facts, overflow }: Accepted): string {
  let shared = factsText.get(facts)
  if (shared === undefined) {
    shared = JSON.stringify(facts).slice(1)
    factsText.set(facts, shared)
  }
  const marks = overflow ? `"overflow":${JSON.stringify(overflow)},` : ''
  return `${JSON.stringify(event).slice(0, -1)},"route":${JSON.stringify(route)},${marks}${shared}`
}
