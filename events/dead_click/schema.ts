import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a dead click. */
export const deadClick = {
  type: 'dead_click',
  measurement: 'dead_clicks',
  title: 'Dead click',
  description:
    'Sent once for each click on something that looks as if it did something (a control, or what has the pointer cursor) after which nothing happens for 2 seconds: no change in the document, no scroll, no change of focus or visibility, no input, submission or playback, and no navigation. What shows outside the document, such as an alert, is not seen. Never for fields, nor for links to another address (`javascript:` is none), and nothing is said when the page is left before the 2 seconds are over.',
  data: Type.Object(
    {
      target: Type.String({ maxLength: 256, description: 'Selector of the control: data-testid, id, or role and name path.' }),
      x: Type.Number({ description: 'Distance from the left edge of the viewport, in CSS pixels.' }),
      y: Type.Number({ description: 'Distance from the top edge of the viewport, in CSS pixels.' }),
    },
    { additionalProperties: false },
  ),
  subject: 'target',
  targetTag: true,
  averages: [],
  weight: 'normal',
} as const satisfies EventDefinition
