import { COMMON, type Metric } from '../metric.ts'

const plays = { types: ['video_play'] } as const

/** How often video is started. */
export const metrics: readonly Metric[] = [
  {
    id: 'video_plays',
    title: 'Video plays',
    description: 'How often video is started: the number of starts; a resume after a pause is none.',
    unit: 'count',
    picture: 'gauge',
    measure: { of: [plays], take: 'count' },
    breakdowns: [...COMMON, 'video_id', 'video_url'],
  },
]
