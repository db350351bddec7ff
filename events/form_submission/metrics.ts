import { COMMON, type Metric } from '../metric.ts'

const submissions = { types: ['form_submission'] } as const
const valid = { ...submissions, where: [{ column: 'valid', is: true }] } as const
const pages = { distinct: 'page' } as const
/** What happens only where there is a form, or a field. */
const used = ['field_focus', 'form_submission', 'form_abandonment']

/** What becomes of forms. */
export const metrics: readonly Metric[] = [
  {
    id: 'form_submissions',
    title: 'Form submissions',
    description: 'How often forms are submitted: the number of attempts that the browser found valid.',
    unit: 'count',
    picture: 'line',
    measure: { of: [valid], take: 'count' },
    breakdowns: [...COMMON, 'form_id'],
  },
  {
    id: 'form_validity',
    title: 'Submissions stopped or not',
    description: "How many attempts pass the browser's own checks: attempts to submit by whether every field was valid.",
    unit: 'count',
    picture: 'pie',
    measure: {
      stages: [
        { name: 'valid', measure: { of: [valid], take: 'count' } },
        { name: 'stopped', measure: { of: [{ ...submissions, where: [{ column: 'valid', is: false }] }], take: 'count' } },
      ],
    },
    breakdowns: [...COMMON, 'form_id'],
  },
  {
    id: 'form_completion_time',
    title: 'Time to complete a form, median',
    description: 'How long a form takes: the median time from the first focus on a field of a page view to its last valid submission.',
    unit: 'seconds',
    picture: 'number',
    measure: { of: [{ types: ['field_focus'] }, valid], each: { entity: 'page', keep: 'span' }, take: 'median' },
    breakdowns: COMMON,
  },
  {
    id: 'form_conversion',
    title: 'Form conversion',
    description: 'Which part of the page views on which a field was entered ends with a valid submission.',
    unit: 'share',
    picture: 'gauge',
    measure: { ratio: { of: [valid], take: pages }, over: { of: [{ types: ['field_focus'] }], take: pages } },
    breakdowns: COMMON,
  },
  {
    id: 'form_funnel',
    title: 'Form funnel',
    description:
      'How far page views get with a form: `seen`, those of pages on which somebody used a form in the range (entered a field, submitted or gave up), whoever it was; a page with a form that nobody touches is not known to have one; `entered`, those in which a field was entered; `started`, in which a form was begun, whatever became of it; `left`, in which one was given up; `submitted`, with a valid submission. Each counts distinct page views.',
    unit: 'count',
    picture: 'funnel',
    measure: {
      stages: [
        { name: 'seen', measure: { of: [{ types: ['pageview'], alongside: used }], take: pages } },
        { name: 'entered', measure: { of: [{ types: ['field_focus'] }], take: pages } },
        { name: 'started', measure: { of: [submissions, { types: ['form_abandonment'] }], take: pages } },
        { name: 'left', measure: { of: [{ types: ['form_abandonment'] }], take: pages } },
        { name: 'submitted', measure: { of: [valid], take: pages } },
      ],
    },
    breakdowns: COMMON,
  },
]
