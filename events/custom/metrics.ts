import { COMMON, type Metric } from '../metric.ts'

const own = { types: ['custom'] } as const

/** What pages count themselves. */
export const metrics: readonly Metric[] = [
  {
    id: 'custom_events',
    title: 'Custom events',
    description: 'How often pages tell of something themselves: the number of custom events.',
    unit: 'count',
    picture: 'bars',
    measure: { of: [own], take: 'count' },
    breakdowns: [...COMMON, 'name'],
  },
]
