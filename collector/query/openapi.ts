import { catalogue } from '@webwatch/metrics'
import { answer, failures, type Json, moment, parameter, readErrors } from '../openapi-terms.ts'

const text = { type: 'string' }
const texts = { type: 'array', items: text }

const metric: Json = {
  type: 'object',
  required: ['id', 'title', 'description', 'unit', 'picture', 'breakdowns'],
  properties: {
    id: text,
    title: text,
    description: { ...text, description: 'What it means, and how it is computed.' },
    unit: text,
    picture: { ...text, description: 'How it is shown best.' },
    breakdowns: { ...texts, description: 'Columns for `by`, and for filters.' },
    thresholds: { type: 'object', properties: { warn: { type: 'number' }, bad: { type: 'number' } } },
  },
}

const row: Json = {
  type: 'object',
  required: ['value'],
  description: 'The columns that it is broken down by, too, each a text.',
  properties: {
    value: { type: ['number', 'null'], description: 'Null only beside `previous`: what was there before and is there no more.' },
    previous: { type: ['number', 'null'], description: 'The value of the period before, when it was asked for; null when there was none.' },
    time: { type: 'integer', description: 'First moment of the window, in ms since the epoch. Windows without events have no row.' },
    stage: { ...text, description: 'Which of several numbers it is.' },
    bucket: { type: ['number', 'null'], description: 'Upper bound of a histogram, or mark that is reached; null above the last.' },
    cohort: { type: 'integer', description: 'First moment of the week in which visitors were first seen, in ms since the epoch.' },
  },
}

const parameters: readonly Json[] = [
  { ...parameter('metric', 'Id of the metric.', { type: 'string', enum: catalogue.map(({ id }) => id) }), in: 'path', required: true },
  parameter('site', 'Only of this site.', text),
  parameter('from', 'Not before this moment; by default a day before `to`.', moment),
  parameter('to', 'Before this moment; by default now.', moment),
  parameter(
    'zone',
    "IANA name of the time zone whose days, weeks and months count. Unless given, the site's own (`SITE_TIME_ZONES`), or UTC.",
    text,
  ),
  parameter('window', 'One value for each 1m … 720m, 1h … 24h (a divisor of a day), 1d, 1w or 1mo; without it one for the range.', text),
  parameter('by', "Columns to break down by, comma-separated, out of the metric's `breakdowns`.", text),
  parameter(
    'url',
    'Only of this page; not for metrics of whole visits (bounce rate, entry and exit pages, referrers, campaigns). So with device, browser, country, source and each of `breakdowns`; repeated: any of them.',
    texts,
  ),
  parameter('step', 'For funnels: `url:ADDRESS` or `target:SELECTOR`, repeated, in order.', texts),
  parameter(
    'compare',
    '`previous`: with the value of the period before. That has as many days as a range of whole days in the zone, as many months as one of whole months with `window=1mo`, else the same length; windows are matched by their place.',
    { type: 'string', enum: ['previous'] },
  ),
  parameter('limit', 'Most rows in the answer.', { type: 'integer', minimum: 1, maximum: 10_000, default: 1_000 }),
  parameter(
    'cursor',
    'What the answer before gave: continues behind it, over the same range also when `from` and `to` are left out.',
    text,
  ),
]

/** The routes of metrics in the description of the HTTP interface. */
export const queryPaths: Json = {
  '/v1/query': {
    get: {
      summary: 'The metrics that can be asked for',
      tags: ['read'],
      responses: { 200: answer('All of them.', { type: 'object', properties: { metrics: { type: 'array', items: metric } } }) },
    },
  },
  '/v1/query/{metric}': {
    get: {
      summary: 'The rows of a metric',
      tags: ['read'],
      security: [{}, { token: [] }],
      parameters,
      responses: {
        200: answer('One page, by time, stage and bucket first, then the largest first; `cursor` is null on the last one.', {
          type: 'object',
          required: ['metric', 'from', 'to', 'zone', 'rows', 'cursor'],
          properties: {
            metric,
            from: { type: 'integer' },
            to: { type: 'integer' },
            zone: text,
            rows: { type: 'array', items: row },
            cursor: { type: ['string', 'null'] },
          },
        }),
        ...failures(['invalid_query', ...readErrors, 'wrong_site', 'unknown_metric', 'too_many_queries', 'no_store']),
      },
    },
  },
}
