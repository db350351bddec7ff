import { COMMON, type Metric } from '../metric.ts'

const views = { types: ['pageview'] } as const

/** What page views tell of pages, visits and visitors. */
export const metrics: readonly Metric[] = [
  {
    id: 'page_views',
    title: 'Page views',
    description: 'How often pages were looked at: the number of page views, each load, navigation, return and restore being one.',
    unit: 'count',
    picture: 'line',
    measure: { of: [views], take: 'count' },
    breakdowns: [...COMMON, 'kind', 'title'],
  },
  {
    id: 'visitors',
    title: 'Unique visitors',
    description:
      'How many different visitors looked at a page: distinct visitor ids among the page views. A visitor is one browser on one site.',
    unit: 'count',
    picture: 'line',
    measure: { of: [views], take: { distinct: 'visitor' } },
    breakdowns: COMMON,
  },
  {
    id: 'sessions',
    title: 'Visits',
    description:
      'How many visits there were: distinct session ids among the page views. A visit ends after 30 minutes without an event, after 24 hours at most. One that lies in two windows counts in both.',
    unit: 'count',
    picture: 'line',
    measure: { of: [views], take: { distinct: 'session' } },
    breakdowns: COMMON,
  },
  {
    id: 'pages_per_session',
    title: 'Pages per visit',
    description: 'How many pages are looked at in a visit, on average: page views over distinct sessions.',
    unit: 'per session',
    picture: 'number',
    measure: { ratio: { of: [views], take: 'count' }, over: { of: [views], take: { distinct: 'session' } } },
    breakdowns: COMMON,
  },
  {
    id: 'bounce_rate',
    title: 'Bounce rate',
    description: 'The part of visits that looked at one page only: sessions with a single page view over all sessions with one.',
    unit: 'share',
    picture: 'number',
    measure: { of: [views], take: { once: 'session' } },
    breakdowns: COMMON.filter((column) => column !== 'url'),
    thresholds: { warn: 0.6, bad: 0.8 },
  },
  {
    id: 'entry_pages',
    title: 'Entry pages',
    description: 'Where visits begin: for each page the number of sessions whose first page view it was.',
    unit: 'count',
    picture: 'table',
    measure: { of: [views], each: { entity: 'session', keep: 'first', column: 'url', as: 'entry_page' }, take: 'count' },
    breakdowns: ['device', 'browser', 'country', 'source'],
  },
  {
    id: 'exit_pages',
    title: 'Exit pages',
    description: 'Where visits end: for each page the number of sessions whose last page view it was.',
    unit: 'count',
    picture: 'table',
    measure: { of: [views], each: { entity: 'session', keep: 'last', column: 'url', as: 'exit_page' }, take: 'count' },
    breakdowns: ['device', 'browser', 'country', 'source'],
  },
  ...(
    [
      ['referrers', 'Referrers', 'referrer_host', 'Which sites visitors come from', 'host of the referrer; `(direct)` when there is none'],
      [
        'utm_sources',
        'Campaign sources',
        'utm_source',
        'Which sources campaigns bring visitors from',
        'parameter utm_source; `(none)` when there is none',
      ],
      [
        'utm_mediums',
        'Campaign media',
        'utm_medium',
        'By which medium campaigns bring visitors',
        'parameter utm_medium; `(none)` when there is none',
      ],
      [
        'utm_campaigns',
        'Campaigns',
        'utm_campaign',
        'Which campaigns bring visitors',
        'parameter utm_campaign; `(none)` when there is none',
      ],
    ] as const
  ).map(
    ([id, title, column, question, how]): Metric => ({
      id,
      title,
      description: `${question}: sessions by what their first page view says (${how}).`,
      unit: 'count',
      picture: 'table',
      measure: { of: [views], each: { entity: 'session', keep: 'first', column, as: column }, take: 'count' },
      breakdowns: ['device', 'browser', 'country', 'source'],
    }),
  ),
  {
    id: 'new_and_returning',
    title: 'New and returning visitors',
    description:
      'How many visitors are here for the first time: distinct visitors by whether the visit is their first (`new`) or a later one (`returning`), which the ids tell: visitor and first visit are made at one moment. Who comes twice in the range counts as both.',
    unit: 'count',
    picture: 'pie',
    measure: { of: [views], take: { distinct: 'visitor' }, by: ['visit'] },
    breakdowns: COMMON,
  },
  ...(
    [
      ['devices', 'Devices', 'device', 'pie', 'Which devices visitors use: distinct visitors by device'],
      ['browsers', 'Browsers', 'browser', 'pie', 'Which browsers visitors use: distinct visitors by browser'],
      ['systems', 'Operating systems', 'os', 'pie', 'Which operating systems visitors use: distinct visitors by operating system'],
      ['countries', 'Countries', 'country', 'map', 'Where visitors are: distinct visitors by country, `unknown` where nothing tells it'],
    ] as const
  ).map(
    ([id, title, column, picture, description]): Metric => ({
      id,
      title,
      description: `${description}.`,
      unit: 'count',
      picture,
      measure: { of: [views], take: { distinct: 'visitor' }, by: [column] },
      breakdowns: COMMON.filter((name) => name !== column),
    }),
  ),
  {
    id: 'retention',
    title: 'Retention by week',
    description:
      'How many visitors come back: for each week (column `cohort`) the visitors who were first seen in it, within the range, and how many of them had a page view in that and each later week (`time`). Weeks begin on Mondays.',
    unit: 'count',
    picture: 'heatmap',
    measure: { retention: 'visitor', of: views },
    breakdowns: [],
  },
]
