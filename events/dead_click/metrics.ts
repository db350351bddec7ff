import { COMMON, type Metric } from '../metric.ts'

const deadClicks = { types: ['dead_click'] } as const

/** What disappoints. */
export const metrics: readonly Metric[] = [
  {
    id: 'dead_clicks',
    title: 'Dead clicks',
    description: 'How often something is pressed and nothing happens: the number of dead clicks.',
    unit: 'count',
    picture: 'bars',
    measure: { of: [deadClicks], take: 'count' },
    breakdowns: [...COMMON, 'target'],
  },
  {
    id: 'dead_targets',
    title: 'Targets of dead clicks',
    description: 'Which controls disappoint: the number of clicks that did nothing, by target.',
    unit: 'count',
    picture: 'bars',
    measure: { of: [deadClicks], take: 'count', by: ['target'] },
    breakdowns: COMMON,
  },
]
