import { COMMON, type Metric } from '../metric.ts'

const engaged = {
  of: [{ types: ['duration'], value: 'duration' }],
  each: { entity: 'page', keep: 'max', summary: 'engaged' },
} as const

/** How long pages hold their visitors. */
export const metrics: readonly Metric[] = [
  ...(
    [
      ['engaged_time', 'Engaged time, median', 'median', 'Half of the page views engage longer than this, half less'],
      ['engaged_time_p75', 'Engaged time, 75th percentile', 'p75', 'A quarter of the page views engage longer than this'],
      ['engaged_time_p95', 'Engaged time, 95th percentile', 'p95', 'One page view in twenty engages longer than this'],
      ['engaged_time_mean', 'Engaged time, mean', 'mean', 'The average over page views, which a few long ones can pull up'],
    ] as const
  ).map(
    ([id, title, take, meaning]): Metric => ({
      id,
      title,
      description: `${meaning}: ${take} of the engaged time of each page view, the largest that it reported. Time counts while the page is visible, focused and not idle.`,
      unit: 'seconds',
      picture: 'gauge',
      measure: { ...engaged, take },
      breakdowns: COMMON,
    }),
  ),
  {
    id: 'engaged_time_distribution',
    title: 'Engaged time, distribution',
    description: 'How many page views engage how long: page views by their engaged time, the largest that they reported.',
    unit: 'seconds',
    picture: 'histogram',
    measure: { ...engaged, take: { histogram: [0, 5, 10, 15, 30, 60, 120, 300, 600, 1800] } },
    breakdowns: COMMON,
  },
]
