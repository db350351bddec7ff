import type { PageEvent } from '@webwatch/events'
import { BatchContext, envelopeProperties } from '@webwatch/events/envelope.ts'
import type { TrackerSettings } from '@webwatch/tracker/settings.ts'
import { type Static, Type } from 'typebox'

const { id, type, time, seq, url, page } = envelopeProperties
const data = Type.Record(Type.String({ maxLength: 64 }), Type.Union([Type.String({ maxLength: 4096 }), Type.Number(), Type.Boolean()]))

/** What a document's tracker may say to the background. Checked like a request from anywhere: a page can break into its tracker. */
export const FromPage = Type.Union([
  Type.Object({ kind: Type.Literal('hello') }, { additionalProperties: false }),
  Type.Object(
    {
      kind: Type.Literal('events'),
      context: BatchContext,
      events: Type.Array(Type.Object({ id, type, time, seq, url, page, data }, { additionalProperties: false }), {
        minItems: 1,
        maxItems: 500,
      }),
    },
    { additionalProperties: false },
  ),
])
export type FromPage = Static<typeof FromPage>

const Site = Type.Object({ name: Type.String(), pattern: Type.String() })

/** What the popup and the options page may ask of the background. */
export const FromExtension = Type.Union([
  Type.Object({ kind: Type.Literal('intend'), site: Site }),
  Type.Object({ kind: Type.Literal('switch-on'), site: Site }),
  Type.Object({ kind: Type.Literal('switch-off'), site: Type.String() }),
  Type.Object({ kind: Type.Literal('clear'), site: Type.String() }),
  Type.Object({ kind: Type.Literal('deliver') }),
  Type.Object({ kind: Type.Literal('forget') }),
])
export type FromExtension = Static<typeof FromExtension>

/** What the background tells a document's tracker: let go of everything. */
export interface ToPage {
  kind: 'stop'
}

/** The answer to `hello`: the settings of the site, or null when tracking is off there. */
export type HelloAnswer = TrackerSettings | null
/** The answer to `events`, once they are on disk. */
export interface EventsAnswer {
  stored: number
}
export type { PageEvent }
