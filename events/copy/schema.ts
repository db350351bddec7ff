import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a copy. */
export const copy = {
  type: 'copy',
  measurement: 'copies',
  title: 'Copy',
  description:
    'Sent each time a visitor copies or cuts a selection to the clipboard: that it happened, where, and how long the selection was. Never what was copied. What a script writes to the clipboard by itself is not seen.',
  data: Type.Object(
    {
      length: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: 'Length of the selection, in UTF-16 characters.' }),
      target: Type.String({ maxLength: 256, description: 'Selector of the element that the selection was made in.' }),
    },
    { additionalProperties: false },
  ),
  subject: 'target',
  targetTag: true,
  averages: ['length'],
  weight: 'normal',
} as const satisfies EventDefinition
