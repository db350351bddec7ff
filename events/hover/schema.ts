import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a hover. */
export const hover = {
  type: 'hover',
  measurement: 'hovers',
  title: 'Hover',
  description:
    'Sent once for each stay of the mouse of at least 500 ms on a control, or on an element with an id or data-testid that is at most three levels around what is under the mouse; when the mouse leaves it, or the page is left. Moving about inside it is the same stay. None for fingers, and none on what the page takes away within the second in which it was entered.',
  data: Type.Object(
    {
      target: Type.String({ maxLength: 256, description: 'Selector of the control: data-testid, id, or role and name path.' }),
      duration: Type.Number({ minimum: 0, description: 'Length of the stay, in seconds.' }),
    },
    { additionalProperties: false },
  ),
  subject: 'target',
  targetTag: true,
  averages: ['duration'],
  weight: 'bulk',
} as const satisfies EventDefinition
