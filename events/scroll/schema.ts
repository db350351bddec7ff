import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a scroll. */
export const scroll = {
  type: 'scroll',
  measurement: 'scrolls',
  title: 'Scroll',
  description:
    'Sent when a visitor has come to rest for 150 ms, after a way that led deeper into the page, or into a scrolling element in it, than any before in this view: the deepest point of that way, on which WebWatch looks about five times a second. Never smaller again: a page that grows does not take back what was reached. None for a page that fits, for a way sideways, and for a position that the browser restores by itself.',
  data: Type.Object(
    {
      scroll_percentage: Type.Number({
        minimum: 0,
        maximum: 100,
        description: 'Deepest point so far, as a percentage of the way that can be scrolled: 0 at the top, 100 at the end.',
      }),
      element: Type.Optional(
        Type.String({ maxLength: 256, description: 'Selector of the scrolling element; absent when it is the page itself.' }),
      ),
    },
    { additionalProperties: false },
  ),
  subject: 'scroll_percentage',
  averages: ['scroll_percentage'],
  weight: 'normal',
} as const satisfies EventDefinition
