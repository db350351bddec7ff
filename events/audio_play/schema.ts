import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of an audio play. */
export const audioPlay = {
  type: 'audio_play',
  measurement: 'audio_plays',
  title: 'Audio play',
  description:
    'Sent once for each start of an audio in the document: not for a resume after a pause, a seek, a pass of a loop or another page view while it plays, but again after it has ended and is started anew, or plays something else. In a shadow root from when the visitor first touches it.',
  data: Type.Object(
    {
      audio_id: Type.String({ maxLength: 256, description: 'The id of the audio element; empty when it has none.' }),
      audio_url: Type.String({ maxLength: 2048, description: 'Address of what plays, cleaned as the url is.' }),
      position: Type.Number({ minimum: 0, description: 'Place in the media at that moment, in seconds.' }),
      length: Type.Number({ minimum: 0, description: 'Length of the media, in seconds; 0 while it is unknown or endless.' }),
    },
    { additionalProperties: false },
  ),
  subject: 'audio_url',
  averages: ['position'],
  weight: 'normal',
} as const satisfies EventDefinition
