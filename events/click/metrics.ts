import { COMMON, type Metric } from '../metric.ts'

const clicks = { types: ['click'] } as const

/** What clicks tell. */
export const metrics: readonly Metric[] = [
  {
    id: 'clicks',
    title: 'Clicks',
    description: 'How often something was activated, by pointer or keyboard: the number of clicks.',
    unit: 'count',
    picture: 'bars',
    measure: { of: [clicks], take: 'count' },
    breakdowns: [...COMMON, 'target'],
  },
  {
    id: 'top_targets',
    title: 'Top targets',
    description: 'What is clicked most: the number of clicks by target.',
    unit: 'count',
    picture: 'bars',
    measure: { of: [clicks], take: 'count', by: ['target'] },
    breakdowns: COMMON,
  },
  {
    id: 'clicks_per_page_view',
    title: 'Clicks per page view',
    description: 'How busy visitors are: clicks over page views.',
    unit: 'score',
    picture: 'number',
    measure: { ratio: { of: [clicks], take: 'count' }, over: { of: [{ types: ['pageview'] }], take: 'count' } },
    breakdowns: COMMON,
  },
  {
    id: 'click_depth',
    title: 'Where clicks fall',
    description: 'How far down the page clicks happen: their number by distance from the top of the document.',
    unit: 'pixels',
    picture: 'histogram',
    measure: { of: [{ ...clicks, value: 'page_y' }], take: { histogram: [250, 500, 750, 1000, 1500, 2000, 3000, 5000, 10000] } },
    breakdowns: COMMON,
  },
]
