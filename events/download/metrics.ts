import { COMMON, type Metric } from '../metric.ts'

const downloads = { types: ['download'] } as const

/** What is downloaded. */
export const metrics: readonly Metric[] = [
  {
    id: 'downloads',
    title: 'Downloads',
    description: 'How often files are downloaded: the number of clicks on links that download.',
    unit: 'count',
    picture: 'bars',
    measure: { of: [downloads], take: 'count' },
    breakdowns: [...COMMON, 'download_url', 'extension'],
  },
  {
    id: 'downloads_by_kind',
    title: 'Downloads by kind',
    description: 'Which kinds of files are downloaded: the number of downloads by the ending of the file name.',
    unit: 'count',
    picture: 'pie',
    measure: { of: [downloads], take: 'count', by: ['extension'] },
    breakdowns: COMMON,
  },
]
