import { COMMON, type Metric } from '../metric.ts'

/** What is looked at. */
export const metrics: readonly Metric[] = [
  {
    id: 'image_views',
    title: 'Image views',
    description: 'Which images are seen: how often at least half of one was visible for at least a second, once per page view.',
    unit: 'count',
    picture: 'bars',
    measure: { of: [{ types: ['image_view'] }], take: 'count' },
    breakdowns: [...COMMON, 'image_url', 'alt'],
  },
]
