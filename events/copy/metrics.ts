import { COMMON, type Metric } from '../metric.ts'

const copies = { types: ['copy'] } as const

/** What visitors take along. */
export const metrics: readonly Metric[] = [
  {
    id: 'copies',
    title: 'Copies',
    description: 'How often something is copied: the number of copies to the clipboard.',
    unit: 'count',
    picture: 'bars',
    measure: { of: [copies], take: 'count' },
    breakdowns: [...COMMON, 'target'],
  },
]
