import { eventTypes } from '@webwatch/events'
import type { Metric } from '@webwatch/events/metric.ts'

/** Whether numbers can be trusted. */
export const ledger: readonly Metric[] = [
  {
    id: 'loss_ledger',
    title: 'Loss ledger',
    description:
      'What was captured and never stored. Pages number their events; a number that is missing between two that are stored is a loss, counted where the later of the two lies. Numbers before the first stored event of a page view count when the view began in the range; what is lost after the last one cannot be seen. A number that its page view has in the store already is doubled, and neither captured nor stored.',
    unit: 'count',
    picture: 'table',
    measure: { ledger: { types: eventTypes.map(({ type }) => type), value: 'seq' } },
    breakdowns: ['site', 'source'],
  },
]
