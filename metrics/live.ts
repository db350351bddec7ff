import { eventTypes } from '@webwatch/events'
import { COMMON, type Metric } from '@webwatch/events/metric.ts'

/** Who is here now. */
export const live: readonly Metric[] = [
  {
    id: 'live_visitors',
    title: 'Visitors now',
    description:
      'How many visitors are on the site now: distinct visitors with an event of any type in the last five minutes of the range.',
    unit: 'count',
    picture: 'number',
    measure: { of: [{ types: eventTypes.map(({ type }) => type) }], take: { distinct: 'visitor' } },
    breakdowns: COMMON,
    latestSeconds: 300,
  },
]
