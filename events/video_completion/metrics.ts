import { COMMON, type Metric } from '../metric.ts'

const completions = { types: ['video_completion'] } as const
const breakdowns = [...COMMON, 'video_id', 'video_url']

/** How often video is played to its end. */
export const metrics: readonly Metric[] = [
  {
    id: 'video_completions',
    title: 'Video completions',
    description: 'How often video reaches its end: the number of completions.',
    unit: 'count',
    picture: 'number',
    measure: { of: [completions], take: 'count' },
    breakdowns,
  },
  {
    id: 'video_completion_rate',
    title: 'Video completion rate',
    description: 'Which part of the starts leads to an end: completions over plays. Loops complete more often than they start.',
    unit: 'share',
    picture: 'gauge',
    measure: { ratio: { of: [completions], take: 'count' }, over: { of: [{ types: ['video_play'] }], take: 'count' } },
    breakdowns,
  },
]
