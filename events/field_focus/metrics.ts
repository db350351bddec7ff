import { COMMON, type Metric } from '../metric.ts'

/** Which fields are entered. */
export const metrics: readonly Metric[] = [
  {
    id: 'field_focuses',
    title: 'Fields entered',
    description: 'Which fields visitors enter: the number of entries.',
    unit: 'count',
    picture: 'bars',
    measure: { of: [{ types: ['field_focus'] }], take: 'count' },
    breakdowns: [...COMMON, 'field_id', 'field_name', 'field_type'],
  },
]
