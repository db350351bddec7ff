import type { BatchContext, Source, TrackedEvent } from '@webwatch/events'

/** What the collector derives from a request, so that nobody downstream needs the address or the user agent. */
export interface Derived {
  /** Origin and path of the page, with ids collapsed and without the query. */
  route: string
  device: 'desktop' | 'mobile' | 'tablet' | 'bot' | 'unknown'
  browser: string
  os: string
  /** ISO 3166-1 alpha-2 code, or `unknown`. */
  country: string
}

/** An accepted event: the value of a Kafka record, and what a sink stores. */
export interface EventRecord extends TrackedEvent, Derived {
  /** When the collector took it, in ms since the epoch, by the collector's clock. */
  receivedAt: number
  source: Source
  context: BatchContext
}
