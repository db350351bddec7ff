import { eventTypes, MAX_BATCH_EVENTS } from '@webwatch/events'
import { Type } from 'typebox'
import { errorCodes, type RequestErrorCode } from './errors.ts'
import { BatchHead, eventSchema } from './ingest/validation.ts'
import { answer, failures, type Json, moment, parameter, readErrors, reference } from './openapi-terms.ts'
import { queryPaths } from './query/openapi.ts'
import { receiptPaths } from './receipts/openapi.ts'

const component = (type: string) => `Event_${type}`

const Rejection = Type.Object({
  index: Type.Integer({ description: 'Place of the event in the batch, from 0.' }),
  id: Type.Union([Type.String(), Type.Null()], { description: 'Its id, when it has one.' }),
  code: Type.Enum(Object.keys(errorCodes), { description: 'Why it was not taken: see docs/errors.md.' }),
  path: Type.String({ description: 'JSON pointer to the offending property, from the event.' }),
  message: Type.String(),
})

const BatchAnswer = Type.Object({
  accepted: Type.Integer({ description: 'Events that are now durable and were not before.' }),
  duplicates: Type.Integer({ description: 'Events that had been accepted before; they stay stored once.' }),
  rejected: Type.Array(Rejection, { description: 'Events that were not taken; all others were.' }),
})

const ErrorAnswer = Type.Object({ error: Type.Object({ code: Type.String(), message: Type.String() }) })

const batchErrors: readonly RequestErrorCode[] = [
  'no_body',
  'not_json',
  'not_a_batch',
  'too_many_events',
  'no_key',
  'wrong_key',
  'wrong_site',
  'too_large',
  'unsupported_type',
  'too_many_requests',
  'overloaded',
  'stopping',
]

const batchBody: Json = {
  required: true,
  description: 'A batch of events, as JSON; gzip is allowed. text/plain is read as JSON too, so that a beacon needs no preflight.',
  content: { 'application/json': { schema: reference('Batch') }, 'text/plain': { schema: reference('Batch') } },
}

const storedEvents: Json = {
  summary: 'Stored events, newest first',
  tags: ['read'],
  security: [{}, { token: [] }],
  parameters: [
    parameter('site', 'Only events of this site.', { type: 'string' }),
    parameter('type', 'Only events of this type.', { type: 'string', enum: eventTypes.map(({ type }) => type) }),
    parameter('from', 'Not before this moment.', moment),
    parameter('to', 'Before this moment.', moment),
    parameter('limit', 'Most events in the answer.', { type: 'integer', minimum: 1, maximum: 500, default: 500 }),
    parameter('cursor', 'What the answer before gave: continues behind it.', { type: 'string' }),
  ],
  responses: {
    200: answer('One page; `cursor` is null on the last one.', {
      type: 'object',
      required: ['events', 'cursor'],
      properties: { events: { type: 'array', items: reference('Event') }, cursor: { type: ['string', 'null'] } },
    }),
    ...failures(['invalid_query', ...readErrors, 'wrong_site', 'too_many_queries', 'no_store']),
  },
}

const writing = (summary: string, status: number, description: string, errors: readonly RequestErrorCode[]): Json => ({
  summary,
  tags: ['write'],
  security: [{}, { key: [] }],
  requestBody: batchBody,
  responses: { [status]: answer(description, reference('BatchAnswer')), ...failures(errors) },
})

const plainRoute = (summary: string, description: string, contentType: string): Json => ({
  get: { summary, tags: ['operate'], responses: { 200: { description, content: { [contentType]: { schema: { type: 'string' } } } } } },
})

const ledgerRows: Json = {
  type: 'object',
  properties: {
    rows: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          site: { type: 'string' },
          minute: { type: 'integer', description: 'Its start, in ms since the epoch.' },
          captured: { type: 'integer', description: 'Events that pages have numbered: stored and missing.' },
          stored: { type: 'integer' },
          missing: { type: 'integer', description: 'Skipped numbers: lost, rejected, or still to come.' },
          doubled: { type: 'integer', description: 'Numbers that a page view has more than once.' },
        },
      },
    },
  },
}

const readiness: Json = {
  type: 'object',
  properties: {
    ok: { type: 'boolean' },
    missing: { type: 'array', items: { type: 'string' }, description: 'Names of the parts that do not work now.' },
    parts: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['ok'],
        properties: {
          ok: { type: 'boolean' },
          reason: { type: 'string' },
          spool: {
            type: 'object',
            description: 'What is safe on disk and waits for Kafka.',
            properties: { records: { type: 'integer' }, bytes: { type: 'integer' } },
          },
        },
      },
    },
    overflow: {
      type: 'object',
      description: 'Events whose `url`, `target` or `site` became `(other)` since this process was started: there were too many before.',
      additionalProperties: { type: 'integer' },
    },
  },
}

/** The store forgets somebody: everything of a site, or one visitor. */
const forgetting = (summary: string, name: string, ...more: Json[]): Json => ({
  delete: {
    summary,
    tags: ['operate'],
    security: [{}, { token: [] }],
    parameters: [{ name, in: 'path', required: true, schema: { type: 'string' } }, ...more],
    responses: {
      200: answer('How many stored events are gone.', {
        type: 'object',
        required: ['deleted'],
        properties: { deleted: { type: 'integer' } },
      }),
      ...failures(['invalid_query', ...readErrors, 'no_store']),
    },
  },
})

const paths: Json = {
  '/v1/events': {
    post: writing('Hand over a batch', 202, 'Every accepted event is durable. Rejected events are named one by one.', [
      ...batchErrors,
      'no_durable_place',
    ]),
    get: storedEvents,
  },
  '/v1/validate': {
    post: writing('Try a batch', 200, 'The answer that /v1/events would give; nothing is written.', [
      ...batchErrors,
      'too_many_queries',
      'no_durable_place',
      'no_store',
    ]),
  },
  ...receiptPaths,
  ...queryPaths,
  '/v1/ledger': {
    get: {
      summary: 'What was captured, stored, missing and doubled, by site and minute',
      tags: ['read'],
      security: [{}, { token: [] }],
      parameters: [
        parameter('site', 'Only of this site.', { type: 'string' }),
        parameter('from', 'ms since the epoch or ISO 8601; an hour before `to` by default.', { type: 'string' }),
        parameter('to', 'Not included; now by default, and at most 24 hours after `from`.', { type: 'string' }),
      ],
      responses: {
        200: answer('One row for each site and minute with events.', ledgerRows),
        ...failures(['invalid_query', ...readErrors, 'wrong_site', 'too_many_queries', 'no_store']),
      },
    },
  },
  '/v1/sites/{site}': forgetting('Delete all that is stored of a site', 'site'),
  '/v1/visitors/{visitor}': forgetting(
    'Delete all that is stored of a visitor',
    'visitor',
    parameter('site', 'Only on this site.', { type: 'string' }),
  ),
  '/tracker.js': plainRoute('The script-tag tracker', 'JavaScript for `<script src>`.', 'text/javascript'),
  '/tracker.js.sri': plainRoute('Its hash', 'For the `integrity` of the script tag.', 'text/plain'),
  '/tracker.d.ts': plainRoute('Its types', 'TypeScript declarations of `window.webwatch`.', 'text/plain'),
  '/healthz': plainRoute('Whether the process lives', 'It does.', 'application/json'),
  '/readyz': {
    get: {
      summary: 'Whether it can take and store events',
      tags: ['operate'],
      responses: { 200: answer('It can.', readiness), 503: answer('A part is missing, and named.', readiness) },
    },
  },
  '/metrics': {
    get: {
      summary: 'Figures for Prometheus',
      tags: ['operate'],
      security: [{}, { token: [] }],
      responses: {
        200: { description: 'Prometheus text format.', content: { 'text/plain': { schema: { type: 'string' } } } },
        ...failures(['no_key', 'wrong_key', 'wrong_site', 'wrong_origin', 'too_many_requests']),
      },
    },
  },
}

function schemas(): Json {
  const events = eventTypes.map((definition) => [component(definition.type), { title: definition.title, ...eventSchema(definition) }])
  return {
    Batch: {
      ...BatchHead,
      properties: {
        ...BatchHead.properties,
        events: { type: 'array', minItems: 1, maxItems: MAX_BATCH_EVENTS, items: reference('Event') },
      },
    },
    Event: {
      oneOf: eventTypes.map(({ type }) => reference(component(type))),
      discriminator: {
        propertyName: 'type',
        mapping: Object.fromEntries(eventTypes.map(({ type }) => [type, `#/components/schemas/${component(type)}`])),
      },
    },
    ...Object.fromEntries(events),
    BatchAnswer,
    Error: ErrorAnswer,
  }
}

/** The OpenAPI 3.1 description of the collector's HTTP interface, made of the schemas that it checks with. */
export function openApi(): Json {
  const description = {
    openapi: '3.1.0',
    info: { title: 'WebWatch collector', version: '1', description: 'Takes events from pages, keeps them, and gives them back.' },
    tags: [{ name: 'write' }, { name: 'read' }, { name: 'operate' }],
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'Write key of the site.' },
        token: { type: 'http', scheme: 'bearer', description: 'A key of READ_KEYS (with `site`) or ADMIN_TOKEN, needed off loopback.' },
      },
      schemas: schemas(),
    },
  }
  return JSON.parse(JSON.stringify(description)) as Json
}

/** The text of docs/openapi.json. */
export const openApiText = (): string => `${JSON.stringify(openApi(), null, 2)}\n`
