import type { Metric } from '@webwatch/events/metric.ts'

/** How visitors get from one thing to the next. */
export const journeys: readonly Metric[] = [
  {
    id: 'funnel',
    title: 'Funnel',
    description:
      'How many visits get through steps in their order: a step is a page that is looked at or a target that is clicked. A visit completes a step with its first fitting event after the one that completed the step before; other events may lie between.',
    unit: 'count',
    picture: 'funnel',
    measure: { funnel: 'session' },
    breakdowns: ['device', 'browser', 'country', 'source'],
  },
]
