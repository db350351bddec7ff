import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a rage click. */
export const rageClick = {
  type: 'rage_click',
  measurement: 'rage_clicks',
  title: 'Rage click',
  description:
    'Sent once for each burst of three clicks or more, each at most 500 ms and 30 CSS pixels from the one before; told when the burst is over or the page is left. The triple click that selects a paragraph is none, and the keyboard makes none.',
  data: Type.Object(
    {
      target: Type.String({ maxLength: 256, description: 'Selector of the control that the first click of the burst was on.' }),
      clicks: Type.Integer({ minimum: 3, maximum: 100_000, description: 'Number of clicks in the burst.' }),
      x: Type.Number({ description: 'Place of the first click: distance from the left edge of the viewport, in CSS pixels.' }),
      y: Type.Number({ description: 'Place of the first click: distance from the top edge of the viewport, in CSS pixels.' }),
    },
    { additionalProperties: false },
  ),
  subject: 'target',
  targetTag: true,
  averages: ['clicks'],
  weight: 'normal',
} as const satisfies EventDefinition
