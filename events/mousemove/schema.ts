import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a mouse movement. */
export const mousemove = {
  type: 'mousemove',
  measurement: 'mouse_movements',
  title: 'Mouse movement',
  description:
    'A sampled position of the mouse: at most 20 a second, none while it is still. The path drawn through the samples stays close to the true one.',
  data: Type.Object(
    {
      x: Type.Number({ description: 'Distance from the left edge of the viewport, in CSS pixels.' }),
      y: Type.Number({ description: 'Distance from the top edge of the viewport, in CSS pixels.' }),
      page_x: Type.Number({ description: 'Distance from the left edge of the document, in CSS pixels.' }),
      page_y: Type.Number({ description: 'Distance from the top edge of the document, in CSS pixels.' }),
    },
    { additionalProperties: false },
  ),
  averages: ['x', 'y'],
  weight: 'bulk',
} as const satisfies EventDefinition
