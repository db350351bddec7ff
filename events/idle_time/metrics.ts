import { COMMON, type Metric } from '../metric.ts'

const idle = { types: ['idle_time'], value: 'duration' } as const

/** How long nothing happens. */
export const metrics: readonly Metric[] = [
  {
    id: 'idle_time',
    title: 'Idle time',
    description: 'How long pages stay open without a sign of their visitor: the sum of all idle stretches.',
    unit: 'seconds',
    picture: 'line',
    measure: { of: [idle], take: 'sum' },
    breakdowns: COMMON,
  },
  {
    id: 'idle_stretch',
    title: 'Idle stretch, median',
    description: 'How long an idle stretch lasts: the median of their lengths.',
    unit: 'seconds',
    picture: 'number',
    measure: { of: [idle], take: 'median' },
    breakdowns: COMMON,
  },
]
