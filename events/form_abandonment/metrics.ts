import { COMMON, type Metric } from '../metric.ts'

const drafts = { types: ['form_abandonment'] } as const

/** Which forms are given up. */
export const metrics: readonly Metric[] = [
  {
    id: 'form_abandonments',
    title: 'Form abandonments',
    description: 'How often a form is begun and not submitted: the number of abandoned forms.',
    unit: 'count',
    picture: 'bars',
    measure: { of: [drafts], take: 'count' },
    breakdowns: [...COMMON, 'form_id', 'last_field'],
  },
  {
    id: 'form_abandonment_rate',
    title: 'Form abandonment rate',
    description: 'Which part of the forms that were begun is given up: abandonments over abandonments and valid submissions.',
    unit: 'share',
    picture: 'gauge',
    measure: {
      ratio: { of: [drafts], take: 'count' },
      over: { of: [drafts, { types: ['form_submission'], where: [{ column: 'valid', is: true }] }], take: 'count' },
    },
    breakdowns: [...COMMON, 'form_id'],
  },
  {
    id: 'last_fields',
    title: 'Fields where forms are left',
    description: 'At which field visitors give up: abandoned forms by the field that was changed last.',
    unit: 'count',
    picture: 'bars',
    measure: { of: [drafts], take: 'count', by: ['last_field'] },
    breakdowns: [...COMMON, 'form_id'],
  },
]
