import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a video progress. */
export const videoProgress = {
  type: 'video_progress',
  measurement: 'video_progresses',
  title: 'Video progress',
  description:
    'Sent when playback passes 25, 50 and 75 % of a video: each of them once per start, and once for each pass of a loop. A mark that is jumped over by seeking is not told. Never for a video without a known length.',
  data: Type.Object(
    {
      video_id: Type.String({ maxLength: 256, description: 'The id of the video element; empty when it has none.' }),
      video_url: Type.String({ maxLength: 2048, description: 'Address of what plays, cleaned as the url is.' }),
      progress: Type.Integer({
        minimum: 25,
        maximum: 75,
        description: 'The mark that was passed: 25, 50 or 75, in percent of the length.',
      }),
      position: Type.Number({ minimum: 0, description: 'Place in the media at that moment, in seconds.' }),
      length: Type.Number({ minimum: 0, description: 'Length of the media, in seconds.' }),
    },
    { additionalProperties: false },
  ),
  subject: 'video_url',
  averages: ['progress'],
  weight: 'normal',
} as const satisfies EventDefinition
