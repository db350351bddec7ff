import { COMMON, type Metric } from '../metric.ts'

const errors = { types: ['js_error'] } as const

/** What breaks. */
export const metrics: readonly Metric[] = [
  {
    id: 'js_errors',
    title: 'Script errors',
    description: 'How often scripts fail: the number of uncaught errors and unhandled rejections.',
    unit: 'count',
    picture: 'bars',
    measure: { of: [errors], take: 'count' },
    breakdowns: [...COMMON, 'kind', 'script_url'],
  },
  {
    id: 'errors_by_source',
    title: 'Script errors by source',
    description: 'Which scripts fail: the number of uncaught errors and unhandled rejections by the address of the script.',
    unit: 'count',
    picture: 'table',
    measure: { of: [errors], take: 'count', by: ['script_url'] },
    breakdowns: [...COMMON, 'kind'],
  },
  {
    id: 'error_rate',
    title: 'Page views with script errors',
    description: 'Which part of the page views meets an error: distinct page views with one over distinct page views.',
    unit: 'share',
    picture: 'number',
    measure: { ratio: { of: [errors], take: { distinct: 'page' } }, over: { of: [{ types: ['pageview'] }], take: { distinct: 'page' } } },
    breakdowns: COMMON,
    thresholds: { warn: 0.01, bad: 0.05 },
  },
]
