import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a mouse movement. */
export const mousemove = {
  type: 'mousemove',
  measurement: 'mouse_movements',
  title: 'Mouse movement',
  description:
    'A sampled position of the mouse or pen: at most 20 in any second, none while it is still, none for fingers. The path drawn through the samples stays within 20 CSS pixels of the true one, unless there are more corners than samples.',
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
