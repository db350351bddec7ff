import { COMMON, type Metric } from '../metric.ts'

const hovers = { types: ['hover'] } as const

/** Where the mouse stays. */
export const metrics: readonly Metric[] = [
  {
    id: 'hovers',
    title: 'Hovers',
    description: 'Which controls hold the mouse: the number of stays of at least half a second.',
    unit: 'count',
    picture: 'bars',
    measure: { of: [hovers], take: 'count' },
    breakdowns: [...COMMON, 'target'],
  },
  {
    id: 'hover_time',
    title: 'Hover time, median',
    description: 'How long the mouse stays on a control: the median length of the stays.',
    unit: 'seconds',
    picture: 'number',
    measure: { of: [{ ...hovers, value: 'duration' }], take: 'median' },
    breakdowns: [...COMMON, 'target'],
  },
]
