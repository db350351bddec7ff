import { answer, failures, type Json, parameter, readErrors } from '../openapi-terms.ts'
import { type StageName, stageOrder } from './receipt.ts'

const text = { type: 'string' }
const at = { type: 'integer', description: 'When it was reached, in ms since the epoch.' }
const code = { ...text, description: 'Why: see docs/errors.md.' }

/** What is told of each stage. */
const facts: Readonly<Record<StageName, Json>> = {
  accepted: { at },
  streamed: { at, topic: text, partition: { type: 'integer' }, offset: { ...text, description: 'A whole number.' } },
  stored: {
    at,
    measurement: text,
    time: { ...text, description: "The point's own, a whole number of ns since the epoch." },
  },
  rejected: { at, code },
  'dead-letter': { at, code },
}

const stage = (name: StageName): Json => ({ type: 'object', required: Object.keys(facts[name]), properties: facts[name] })

const receipt: Json = {
  type: 'object',
  required: ['id', 'state'],
  properties: {
    id: text,
    state: { enum: ['unknown', ...stageOrder], description: 'The furthest stage.' },
    ...Object.fromEntries(stageOrder.map((name) => [name, stage(name)])),
  },
}

const operation = (summary: string, id: Json, success: Json, ...errors: Parameters<typeof failures>[0]): Json => ({
  get: {
    summary,
    tags: ['read'],
    security: [{}, { key: [] }, { token: [] }],
    parameters: [id],
    responses: { 200: success, ...failures(['invalid_query', ...readErrors, 'wrong_site', ...errors]) },
  },
})

/** The routes of receipts in the description of the HTTP interface. */
export const receiptPaths: Json = {
  '/v1/receipts': operation(
    'What became of events whose batch asked for receipts',
    { ...parameter('id', 'Id of an event; up to 500 of them, repeated or comma-separated.', text), required: true },
    answer('For each event the stages that it has reached.', {
      type: 'object',
      required: ['receipts'],
      properties: { receipts: { type: 'array', items: receipt } },
    }),
  ),
  '/v1/receipts/stream': operation(
    'The same as it happens, as server-sent events called receipt',
    parameter('id', 'Only of these events.', text),
    {
      description: 'One stage in each message, as JSON: `id`, `stage`, and what a receipt says of that stage.',
      content: { 'text/event-stream': { schema: text } },
    },
    'overloaded',
  ),
}
