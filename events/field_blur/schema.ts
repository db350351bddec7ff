import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a field blur. */
export const fieldBlur = {
  type: 'field_blur',
  measurement: 'field_blurs',
  title: 'Field blur',
  description:
    'Sent when a field is left for something else in the page, or the view ends with it focused. Leaving the tab is no blur; nor is it one when the page takes the field away and the browser says nothing of that. It never contains what is in the field.',
  data: Type.Object(
    {
      field_id: Type.String({ maxLength: 256, description: 'The id of the field; empty when it has none.' }),
      field_name: Type.String({ maxLength: 256, description: 'The name attribute of the field; empty when it has none.' }),
      field_type: Type.String({ maxLength: 64, description: 'Type of the input, else textarea, select or contenteditable.' }),
      dwell: Type.Number({ minimum: 0, description: 'Time between entering and leaving the field, in seconds.' }),
      filled: Type.Boolean({ description: 'Whether anything was in the field when it was left.' }),
    },
    { additionalProperties: false },
  ),
  subject: 'field_id',
  averages: ['dwell'],
  weight: 'normal',
} as const satisfies EventDefinition
