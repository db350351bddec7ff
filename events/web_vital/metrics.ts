import { COMMON, type Metric } from '../metric.ts'

/** How fast and steady pages are. Thresholds: https://web.dev/articles/vitals */
export const metrics: readonly Metric[] = (
  [
    ['lcp', 'LCP', 'Largest contentful paint', 'milliseconds', 2500, 4000],
    ['inp', 'INP', 'Interaction to next paint', 'milliseconds', 200, 500],
    ['cls', 'CLS', 'Cumulative layout shift', 'score', 0.1, 0.25],
    ['fcp', 'FCP', 'First contentful paint', 'milliseconds', 1800, 3000],
    ['ttfb', 'TTFB', 'Time to first byte', 'milliseconds', 800, 1800],
  ] as const
).map(([id, name, title, unit, warn, bad]) => ({
  id,
  title: `${title}, 75th percentile`,
  description: `Three page views in four are at most so slow or unsteady: the 75th percentile of the largest ${name} that each page view reported.`,
  unit,
  picture: 'gauge',
  measure: {
    of: [{ types: ['web_vital'], where: [{ column: 'name', is: name }], value: 'value' }],
    each: { entity: 'page', keep: 'max' },
    take: 'p75',
  },
  breakdowns: COMMON,
  thresholds: { warn, bad },
}))
