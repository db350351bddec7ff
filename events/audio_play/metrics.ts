import { COMMON, type Metric } from '../metric.ts'

const plays = { types: ['audio_play'] } as const

/** How often audio is started. */
export const metrics: readonly Metric[] = [
  {
    id: 'audio_plays',
    title: 'Audio plays',
    description: 'How often audio is started: the number of starts; a resume after a pause is none.',
    unit: 'count',
    picture: 'gauge',
    measure: { of: [plays], take: 'count' },
    breakdowns: [...COMMON, 'audio_id', 'audio_url'],
  },
]
