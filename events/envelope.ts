import { type Static, Type } from 'typebox'

/** Most events that one batch may hold. */
export const MAX_BATCH_EVENTS = 500

/** A UUIDv7 (RFC 9562, section 5.7), in lower case. */
export const EventId = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
  description: 'UUIDv7 made in the page: the identity of the event everywhere.',
})

/** What every event carries, whatever its type. */
export const envelopeProperties = {
  id: EventId,
  type: Type.String({ minLength: 1, maxLength: 64, description: 'One of the event types.' }),
  time: Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000, description: 'When it happened, in ms since the epoch.' }),
  seq: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: '0, 1, 2… within its page view: a gap is a loss.' }),
  site: Type.String({ minLength: 1, maxLength: 253, description: "The site: by default the page's host." }),
  url: Type.String({ minLength: 1, maxLength: 2048, description: 'The page: no fragment, and of the query only allowed parameters.' }),
  page: Type.String({ minLength: 1, maxLength: 64, description: 'The page view.' }),
  session: Type.String({
    minLength: 1,
    maxLength: 64,
    description: 'The visit: it ends after 30 minutes without an event, after 24 hours at most.',
  }),
  visitor: Type.String({ minLength: 1, maxLength: 64, description: 'The visitor: random, and another one on each site.' }),
}

/** Facts about the browser that hold for a whole batch. */
export const BatchContext = Type.Object(
  {
    language: Type.Optional(Type.String({ maxLength: 64, description: "The browser's language, a BCP 47 tag." })),
    timeZone: Type.Optional(Type.String({ maxLength: 64, description: 'IANA name of the time zone.' })),
    screen: Type.Optional(Type.String({ maxLength: 32, description: 'Screen in CSS pixels: 1920x1080.' })),
    viewport: Type.Optional(Type.String({ maxLength: 32, description: 'Viewport in CSS pixels: 1280x720.' })),
    webdriver: Type.Optional(
      Type.Boolean({ description: 'Whether a program drives the browser: https://www.w3.org/TR/webdriver2/#interface. Counts as a bot.' }),
    ),
  },
  { additionalProperties: false },
)
export type BatchContext = Static<typeof BatchContext>

/** Who made a batch. */
export const Source = Type.Union([Type.Literal('extension'), Type.Literal('script'), Type.Literal('api')])
export type Source = Static<typeof Source>

/** An event as it travels and as `GET /v1/events` gives it back. */
export interface TrackedEvent<TypeName extends string = string, Data = Record<string, unknown>> {
  id: string
  type: TypeName
  time: number
  seq: number
  site: string
  url: string
  page: string
  session: string
  visitor: string
  data: Data
}

/** What a page itself can say of an event; who the visitor is and which site it counts for is added by the transport. */
export type PageEvent = Omit<TrackedEvent, 'site' | 'session' | 'visitor'>

/** The body of `POST /v1/events`. */
export interface Batch {
  sentAt: number
  source: Source
  version: string
  key?: string
  receipts?: boolean
  context: BatchContext
  events: TrackedEvent[]
}
