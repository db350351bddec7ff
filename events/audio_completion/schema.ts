import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of an audio completion. */
export const audioCompletion = {
  type: 'audio_completion',
  measurement: 'audio_completions',
  title: 'Audio completion',
  description: 'Sent each time an audio reaches its end: by playing or by seeking there, and once for each pass of a loop.',
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
  averages: [],
  weight: 'normal',
} as const satisfies EventDefinition
