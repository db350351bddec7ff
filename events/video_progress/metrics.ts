import { COMMON, type Metric } from '../metric.ts'

const marks = { types: ['video_progress'] } as const

/** How far videos are played. */
export const metrics: readonly Metric[] = [
  {
    id: 'video_progress',
    title: 'Video progress',
    description: 'How many videos are played how far: the number of marks of 25, 50 and 75 percent that were passed, up to each mark.',
    unit: 'percent',
    picture: 'histogram',
    measure: { of: [{ ...marks, value: 'progress' }], take: { histogram: [25, 50, 75] } },
    breakdowns: [...COMMON, 'video_id', 'video_url'],
  },
]
