import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a session duration. */
export const duration = {
  type: 'duration',
  measurement: 'session_durations',
  title: 'Session duration',
  description:
    'How long the page has engaged its visitor so far. Sent every 15 seconds of a view while the figure grows, when the page is hidden and when the view ends; the last one of a view counts. Time counts only while the page is visible, focused and not idle.',
  data: Type.Object(
    {
      duration: Type.Number({ minimum: 0, maximum: 86_400, description: 'Engaged time of the view so far, in seconds.' }),
      elapsed: Type.Number({ minimum: 0, description: 'Time since the view began, engaged or not, in seconds.' }),
    },
    { additionalProperties: false },
  ),
  averages: ['duration'],
  weight: 'normal',
} as const satisfies EventDefinition
