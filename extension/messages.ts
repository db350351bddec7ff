import type { PageEvent } from '@webwatch/events'
import type { BatchContext } from '@webwatch/events/envelope.ts'
import type { SiteSettings } from './settings.ts'

/** What a content script asks of the background, and what it gets. */
export interface FromPage {
  /** The tracker has started in a document: gives the settings of its site, or null when tracking is off there. */
  hello: { ask: { url: string }; answer: SiteSettings | null }
  /** Events of the page. The answer comes once they are on disk; unanswered events are sent again. */
  events: { ask: { context: BatchContext; events: PageEvent[] }; answer: { stored: number } }
}

/** What the background tells a content script. */
export interface ToPage {
  /** Tracking is off: let go of every listener. */
  stop: { ask: Record<string, never>; answer: null }
}

/** A message on the wire. */
export type Message<Api, Kind extends keyof Api = keyof Api> = Kind extends keyof Api
  ? { kind: Kind } & (Api[Kind] extends { ask: infer Ask } ? Ask : never)
  : never
