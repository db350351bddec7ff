import { COMMON, type Metric } from '../metric.ts'

// A view in which nobody scrolled has depth 0. Scrolling elements inside the page are left out.
const depth = {
  of: [
    { types: ['pageview'], value: 0 },
    { types: ['scroll'], where: [{ column: 'element', absent: true }], value: 'scroll_percentage' },
  ],
  each: { entity: 'page', keep: 'max', summary: 'depth' },
} as const

const how = 'the depth of a page view is the deepest point that it reported, 0 when nobody scrolled'

/** How far visitors get. */
export const metrics: readonly Metric[] = [
  {
    id: 'scroll_depth',
    title: 'Scroll depth, median',
    description: `How far half of the page views get: the median of their depths; ${how}.`,
    unit: 'percent',
    picture: 'line',
    measure: { ...depth, take: 'median' },
    breakdowns: COMMON,
  },
  {
    id: 'scroll_depth_mean',
    title: 'Scroll depth, mean',
    description: `How far page views get on average: the mean of their depths; ${how}.`,
    unit: 'percent',
    picture: 'line',
    measure: { ...depth, take: 'mean' },
    breakdowns: COMMON,
  },
  {
    id: 'scroll_reach',
    title: 'Scroll reach',
    description: `Which part of the page views gets at least so far (column \`bucket\`, in percent); ${how}.`,
    unit: 'share',
    picture: 'bars',
    measure: { ...depth, take: { reach: [10, 25, 50, 75, 90, 100] } },
    breakdowns: COMMON,
  },
  {
    id: 'scroll_depth_distribution',
    title: 'Scroll depth, distribution',
    description: `How many page views end at which depth; ${how}.`,
    unit: 'percent',
    picture: 'histogram',
    measure: { ...depth, take: { histogram: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100] } },
    breakdowns: COMMON,
  },
]
