import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a session duration. */
export const duration = {
  type: 'duration',
  measurement: 'session_durations',
  title: 'Session duration',
  description:
    "How long the page has engaged its visitor so far: one growing figure per view, of which the last one counts. Time counts only while the page is visible, focused and not idle; neither sleep nor a clock that is set adds to it. Told every 10 seconds while it grows, when the page is hidden and when the view ends, so that a tab that is killed loses 15 seconds at most, the five included that an event may wait in the page. Only of the tab's own document; what happens inside a frame is no sign of the visitor.",
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
