import { COMMON, type Metric } from '../metric.ts'

const bursts = { types: ['rage_click'] } as const

/** Where visitors lose patience. */
export const metrics: readonly Metric[] = [
  {
    id: 'rage_clicks',
    title: 'Rage clicks',
    description: 'How often visitors lose patience: the number of bursts of clicks.',
    unit: 'count',
    picture: 'bars',
    measure: { of: [bursts], take: 'count' },
    breakdowns: [...COMMON, 'target'],
  },
  {
    id: 'rage_targets',
    title: 'Targets of rage clicks',
    description: 'Which controls make visitors lose patience: the number of bursts of clicks by target.',
    unit: 'count',
    picture: 'bars',
    measure: { of: [bursts], take: 'count', by: ['target'] },
    breakdowns: COMMON,
  },
]
