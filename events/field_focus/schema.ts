import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a field focus. */
export const fieldFocus = {
  type: 'field_focus',
  measurement: 'field_focuses',
  title: 'Field focus',
  description:
    'Sent each time a field is entered: an input, textarea, select or editable element, in open shadow roots too. Coming back to the tab is no entry, and a field that has the focus when a view begins is not entered. It never contains what is in the field.',
  data: Type.Object(
    {
      field_id: Type.String({ maxLength: 256, description: 'The id of the field; empty when it has none.' }),
      field_name: Type.String({ maxLength: 256, description: 'The name attribute of the field; empty when it has none.' }),
      field_type: Type.String({ maxLength: 64, description: 'Type of the input, else textarea, select or contenteditable.' }),
    },
    { additionalProperties: false },
  ),
  subject: 'field_id',
  averages: [],
  weight: 'normal',
} as const satisfies EventDefinition
