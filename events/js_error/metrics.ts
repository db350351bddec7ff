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
]
