import { COMMON, type Metric } from '../metric.ts'

const departures = { types: ['outbound_click'] } as const

/** Where visitors go from here. */
export const metrics: readonly Metric[] = [
  {
    id: 'outbound_clicks',
    title: 'Outbound clicks',
    description: 'How often links to other hosts are followed: the number of clicks on them.',
    unit: 'count',
    picture: 'bars',
    measure: { of: [departures], take: 'count' },
    breakdowns: [...COMMON, 'link_url', 'target'],
  },
]
