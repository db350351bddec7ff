import { type Batch, type EventName, eventTypes, MAX_BATCH_EVENTS, type TrackedEvent } from '@webwatch/events'
import { BatchContext, envelopeProperties, Source } from '@webwatch/events/envelope.ts'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { type TObject, Type } from 'typebox'
import { type ErrorCode, RequestError } from '../errors.ts'

/** An event that is not taken, with the reason. */
export interface Rejection {
  /** Its place in the batch. */
  index: number
  /** Its id, when it has one. */
  id: string | null
  code: ErrorCode
  /** JSON pointer to the offending property, from the event. */
  path: string
  message: string
}

/** The batch around its events, which are checked one by one. */
export const BatchHead = Type.Object({
  sentAt: Type.Integer({
    minimum: 0,
    maximum: 8_640_000_000_000_000,
    description: "When it was sent, by the page's clock, in ms since the epoch.",
  }),
  source: Source,
  version: Type.String({ minLength: 1, maxLength: 64, description: 'Version of what made the batch.' }),
  key: Type.Optional(Type.String({ maxLength: 256, description: 'Write key, for senders that cannot set a header.' })),
  receipts: Type.Optional(Type.Boolean({ description: 'Whether somebody will ask what becomes of each event.' })),
  context: BatchContext,
  events: Type.Array(Type.Unknown(), { minItems: 1, maxItems: MAX_BATCH_EVENTS }),
})

/** A site is a host, or a name that its owner chose; control characters, backslashes and space around it would not survive as a tag. */
const Site = Type.String({
  ...envelopeProperties.site,
  pattern: '^[^\\u0000-\\u001f\\u007f\\\\\\s]([^\\u0000-\\u001f\\u007f\\\\]*[^\\u0000-\\u001f\\u007f\\\\\\s])?$',
})

/** The contract of one whole event of a type. */
export const eventSchema = (definition: { type: string; data: TObject }) =>
  Type.Object(
    { ...envelopeProperties, site: Site, type: Type.Literal(definition.type), data: definition.data },
    { additionalProperties: false },
  )

// Lengths are counted in UTF-16 units, which JavaScript knows without walking through the string.
const ajv = new Ajv({ allErrors: false, unicode: false, strict: false, logger: false })
const isBatchHead = ajv.compile(BatchHead)
const validators = new Map<string, ValidateFunction>(
  eventTypes.map((definition) => [definition.type, ajv.compile(eventSchema(definition))]),
)

/** Names of all event types. */
export const eventNames: readonly EventName[] = eventTypes.map(({ type }) => type)

const codeOf: Readonly<Record<string, ErrorCode>> = { required: 'missing_field', type: 'wrong_type', additionalProperties: 'unknown_field' }

const segment = (name: string) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`

/** Puts what Ajv says into our codes, with a path that names the property itself. */
function explain(error: ErrorObject): Pick<Rejection, 'code' | 'path' | 'message'> {
  const code = codeOf[error.keyword] ?? 'invalid_value'
  const { missingProperty, additionalProperty } = error.params as { missingProperty?: string; additionalProperty?: string }
  const property = missingProperty ?? additionalProperty
  const path = property === undefined ? error.instancePath : `${error.instancePath}${segment(property).slice(0, 100)}`
  const what = code === 'missing_field' ? 'is missing' : code === 'unknown_field' ? 'is not part of the contract' : error.message
  return { code, path, message: `${path || 'the event'} ${what}` }
}

/**
 * Checks everything about a batch but its events.
 * @throws {RequestError} not_a_batch, too_many_events
 */
export function checkBatch(body: unknown): Batch {
  if (isBatchHead(body)) return body as Batch
  const events = (body as { events?: unknown } | null)?.events
  if (Array.isArray(events) && events.length > MAX_BATCH_EVENTS) {
    throw new RequestError('too_many_events', `A batch holds at most ${MAX_BATCH_EVENTS} events, this one ${events.length}`)
  }
  const { path, message } = explain(isBatchHead.errors![0]!)
  throw new RequestError('not_a_batch', path ? `Not a batch: ${message}` : 'Not a batch: the body is not an object')
}

/** Says why an event is not taken, or undefined when it fulfils the contract of its type. */
export function checkEvent(event: TrackedEvent, index: number): Rejection | undefined {
  const validate = validators.get(event?.type)
  if (validate?.(event)) return undefined
  const id = typeof event?.id === 'string' ? event.id.slice(0, 64) : null
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    return { index, id, code: 'wrong_type', path: '', message: 'the event is not an object' }
  }
  if (validate) return { index, id, ...explain(validate.errors![0]!) }
  const path = '/type'
  if (event.type === undefined) return { index, id, code: 'missing_field', path, message: '/type is missing' }
  if (typeof event.type !== 'string') return { index, id, code: 'wrong_type', path, message: '/type must be string' }
  return { index, id, code: 'unknown_type', path, message: `no event type is called ${JSON.stringify(event.type.slice(0, 64))}` }
}
