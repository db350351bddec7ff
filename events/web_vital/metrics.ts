import { COMMON, type Metric } from '../metric.ts'

/** Bounds of good and of poor: https://web.dev/articles/vitals */
const vitals = [
  ['lcp', 'LCP', 'Largest contentful paint', 'milliseconds', 2500, 4000],
  ['inp', 'INP', 'Interaction to next paint', 'milliseconds', 200, 500],
  ['cls', 'CLS', 'Cumulative layout shift', 'score', 0.1, 0.25],
  ['fcp', 'FCP', 'First contentful paint', 'milliseconds', 1800, 3000],
  ['ttfb', 'TTFB', 'Time to first byte', 'milliseconds', 800, 1800],
] as const

const perPage = (id: string, name: string) =>
  ({
    of: [{ types: ['web_vital'], where: [{ column: 'name', is: name }], value: 'value' }],
    each: { entity: 'page', keep: 'max', summary: id },
  }) as const

/** How fast and steady pages are. */
export const metrics: readonly Metric[] = vitals.flatMap(([id, name, title, unit, warn, bad]): Metric[] => [
  {
    id,
    title: `${title}, 75th percentile`,
    description: `Three page views in four are at most so slow or unsteady: the 75th percentile of the largest ${name} that each page view reported.`,
    unit,
    picture: 'gauge',
    measure: { ...perPage(id, name), take: 'p75' },
    breakdowns: COMMON,
    thresholds: { warn, bad },
  },
  {
    id: `${id}_good`,
    title: `${title}, good`,
    description: `Which part of the page views is good: the largest ${name} that each reported is at most ${warn}.`,
    unit: 'share',
    picture: 'number',
    measure: { ...perPage(id, name), take: { share: { atMost: warn } } },
    breakdowns: COMMON,
  },
  {
    id: `${id}_poor`,
    title: `${title}, poor`,
    description: `Which part of the page views is poor: the largest ${name} that each reported is above ${bad}.`,
    unit: 'share',
    picture: 'number',
    measure: { ...perPage(id, name), take: { share: { above: bad } } },
    breakdowns: COMMON,
  },
])
