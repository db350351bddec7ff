import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a click. */
export const click = {
  type: 'click',
  measurement: 'clicks',
  title: 'Click',
  description:
    "Sent once for each activation of something in the page, by pointer or keyboard: a label and its control are one, the control's, also when the page keeps the label from passing its click on; Enter in a field, which submits a form, is none, and so is what a script clicks. Nor is a press of another button than the first: where the middle one opens a link in another tab, that is told by outbound_click and download alone, since nothing on this page is activated. It names the control, not the icon inside it; where there is no control, the innermost element. Seen before the page's own handlers, in open shadow roots and in frames. It never contains text of the page.",
  data: Type.Object(
    {
      x: Type.Number({ description: 'Distance from the left edge of the viewport, in CSS pixels.' }),
      y: Type.Number({ description: 'Distance from the top edge of the viewport, in CSS pixels.' }),
      page_x: Type.Number({ description: 'Distance from the left edge of the document, in CSS pixels.' }),
      page_y: Type.Number({ description: 'Distance from the top edge of the document, in CSS pixels.' }),
      rel_x: Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'Place within the target, from 0 at its left edge to 1 at its right; beside it, as a label is, the nearer edge.',
      }),
      rel_y: Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'Place within the target, from 0 at its top edge to 1 at its bottom; beside it the nearer edge.',
      }),
      target: Type.String({ maxLength: 256, description: 'Selector of the control: data-testid, id, or role and name path.' }),
    },
    { additionalProperties: false },
  ),
  subject: 'target',
  targetTag: true,
  averages: ['x', 'y'],
  weight: 'normal',
} as const satisfies EventDefinition
