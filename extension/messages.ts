import type { PageEvent } from '@webwatch/events'
import { BatchContext, envelopeProperties } from '@webwatch/events/envelope.ts'
import { type Static, Type } from 'typebox'
import { LONGEST_NAME, MOST_NAMES } from './limits.ts'
import type { SiteSettings } from './settings.ts'

const { id, type, time, seq, url, page } = envelopeProperties
const data = Type.Record(Type.String({ maxLength: 64 }), Type.Union([Type.String({ maxLength: 4096 }), Type.Number(), Type.Boolean()]), {
  maxProperties: 64,
})

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

const names = Type.Array(Type.String({ minLength: 1, maxLength: LONGEST_NAME }), { maxItems: MOST_NAMES })
const Settings = Type.Object(
  {
    idleSeconds: Type.Number({ exclusiveMinimum: 0, maximum: 86_400 }),
    allowedParameters: names,
    maskSelectors: names,
    disabled: names,
    respectPrivacySignals: Type.Boolean(),
    errorMessages: Type.Boolean(),
  },
  { additionalProperties: false },
)

const Site = Type.Object({ name: Type.String(), pattern: Type.String() })

/** What the popup and the options page may ask of the background. */
export const FromExtension = Type.Union([
  Type.Object({ kind: Type.Literal('intend'), site: Type.Union([Site, Type.Null()]) }),
  Type.Object({ kind: Type.Literal('switch-on'), site: Site }),
  Type.Object({ kind: Type.Literal('switch-off'), site: Type.String() }),
  Type.Object({ kind: Type.Literal('configure'), site: Type.String(), settings: Settings }),
  Type.Object({ kind: Type.Literal('clear'), site: Type.String() }),
  Type.Object({ kind: Type.Literal('deliver') }),
  Type.Object({ kind: Type.Literal('forget') }),
])
export type FromExtension =
  | Exclude<Static<typeof FromExtension>, { kind: 'configure' }>
  | { kind: 'configure'; site: string; settings: SiteSettings }

/** What the background tells a document's tracker: what the user has settled since, or to let go of everything. */
export type ToPage = { kind: 'settle'; settled: SiteSettings } | { kind: 'stop' }

/** The answer to `hello`: the settings of the site, or null when tracking is off there. */
export type HelloAnswer = SiteSettings | null
/** The answer to `events`, once they are on disk. Where it is missing, or something else comes, something has failed. */
export interface EventsAnswer {
  /** How many were new; null when the message is refused, and would be again. */
  stored: number | null
}
export type { PageEvent }
