import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a page view. */
export const pageview = {
  type: 'pageview',
  measurement: 'pageviews',
  title: 'Page view',
  description:
    "Sent once for each view of a page: a load or reload, a navigation inside the page that changes its path, its query by a new history entry, or a fragment that is a route (`#/` or `#!`), each step back and forward to such an address, and a restore from the back-forward cache. A page that is prerendered or opened in a background tab is counted when it is first shown. None for a replaced query or state, nor for a jump to a heading. Told when the title is known: at the latest a second after the view began, or when it ends. Only of the tab's own document, never of a frame.",
  data: Type.Object(
    {
      referrer: Type.String({
        maxLength: 2048,
        description:
          'Where the visitor came from, cleaned as the url is; the previous in-page address after a navigation inside the page; empty when there is none.',
      }),
      title: Type.String({
        maxLength: 512,
        description:
          'Title of the document at the time of the view, the new one after a navigation. What looks like an e-mail address, a token or a long number is masked.',
      }),
      kind: Type.Union([Type.Literal('load'), Type.Literal('navigate'), Type.Literal('back_forward'), Type.Literal('restore')], {
        description: 'How the view came about: a load, a navigation inside the page, the history, or a restore from the cache.',
      }),
    },
    { additionalProperties: false },
  ),
  subject: 'title',
  tellsVisit: true,
  averages: [],
  weight: 'normal',
} as const satisfies EventDefinition
