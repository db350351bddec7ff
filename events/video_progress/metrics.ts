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
  {
    id: 'video_retention',
    title: 'Video retention',
    description:
      'How many stay to which part of a video: plays, marks of 25, 50 and 75 percent that were passed, and completions (`100 %`). A loop passes its marks once per pass.',
    unit: 'count',
    picture: 'funnel',
    measure: {
      stages: [
        { name: 'started', measure: { of: [{ types: ['video_play'] }], take: 'count' } },
        ...[25, 50, 75].map((progress) => ({
          name: `${progress} %`,
          measure: { of: [{ ...marks, where: [{ column: 'progress', is: progress }] }], take: 'count' } as const,
        })),
        { name: '100 %', measure: { of: [{ types: ['video_completion'] }], take: 'count' } },
      ],
    },
    breakdowns: [...COMMON, 'video_id', 'video_url'],
  },
]
