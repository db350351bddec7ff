import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of an idle time. */
export const idleTime = {
  type: 'idle_time',
  measurement: 'idle_times',
  title: 'Idle time',
  description:
    'Sent once for each stretch without any sign of the visitor (60 seconds at least unless the site says otherwise), when it ends or the page is hidden or left. Signs are the pointer, wheel, touch, keys and the return to the window; what a page does by itself is none, and neither is what happens inside a frame. Time in another tab is not idle.',
  data: Type.Object(
    {
      duration: Type.Number({ minimum: 0, description: 'Length of the whole stretch since the last sign of the visitor, in seconds.' }),
    },
    { additionalProperties: false },
  ),
  averages: ['duration'],
  weight: 'normal',
} as const satisfies EventDefinition
