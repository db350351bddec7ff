import { click } from './click/schema.ts'
import type { DataOf } from './definition.ts'

/** Every event type, in the order in which people meet them. */
export const eventTypes = [click] as const

/** One of the definitions above. */
export type AnyEventType = (typeof eventTypes)[number]
/** The name of an event type: what `type` may be. */
export type EventName = AnyEventType['type']
/** The `data` of the event type of that name. */
export type EventData<Name extends EventName> = DataOf<Extract<AnyEventType, { type: Name }>>

export type { Batch, BatchContext, PageEvent, Source, TrackedEvent } from './envelope.ts'
export { EventId, MAX_BATCH_EVENTS } from './envelope.ts'
