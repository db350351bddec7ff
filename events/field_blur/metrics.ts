import { COMMON, type Metric } from '../metric.ts'

const blurs = { types: ['field_blur'] } as const
const breakdowns = [...COMMON, 'field_id', 'field_name', 'field_type']

/** How fields are left. */
export const metrics: readonly Metric[] = [
  {
    id: 'field_dwell',
    title: 'Time in a field, median',
    description: 'Which fields take long: the median time between entering and leaving a field.',
    unit: 'seconds',
    picture: 'bars',
    measure: { of: [{ ...blurs, value: 'dwell' }], take: 'median' },
    breakdowns,
  },
  {
    id: 'fields_left_empty',
    title: 'Fields left empty',
    description: 'Which fields visitors skip: the part of the times that a field was left with nothing in it.',
    unit: 'share',
    picture: 'bars',
    measure: {
      ratio: { of: [{ ...blurs, where: [{ column: 'filled', is: false }] }], take: 'count' },
      over: { of: [blurs], take: 'count' },
    },
    breakdowns,
  },
]
