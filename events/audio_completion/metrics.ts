import { COMMON, type Metric } from '../metric.ts'

const completions = { types: ['audio_completion'] } as const
const breakdowns = [...COMMON, 'audio_id', 'audio_url']

/** How often audio is played to its end. */
export const metrics: readonly Metric[] = [
  {
    id: 'audio_completions',
    title: 'Audio completions',
    description: 'How often audio reaches its end: the number of completions.',
    unit: 'count',
    picture: 'number',
    measure: { of: [completions], take: 'count' },
    breakdowns,
  },
  {
    id: 'audio_completion_rate',
    title: 'Audio completion rate',
    description: 'Which part of the starts leads to an end: completions over plays. Loops complete more often than they start.',
    unit: 'share',
    picture: 'gauge',
    measure: { ratio: { of: [completions], take: 'count' }, over: { of: [{ types: ['audio_play'] }], take: 'count' } },
    breakdowns,
  },
]
