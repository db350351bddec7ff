import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a page view. */
export const pageview = {
  type: 'pageview',
  measurement: 'pageviews',
  title: 'Page view',
  description:
    "Sent once for each view of a page: a load or reload, a navigation inside the page that changes its path, its query by a new history entry, or a fragment that is a route (`#/` or `#!`), each step back and forward to such an address, and a restore from the back-forward cache. A page that is prerendered or opened in a background tab is counted when it is first shown. None for a replaced query or state, nor for a jump to a heading. Told when the title is known: of a load at the latest a second after the document was parsed; of a navigation inside the page when the title changes, or a second after it if it does not, or when the view ends or the page is hidden. An application that has changed its title in time once in this document gets five seconds instead of one from then on. Where the browser has no Navigation API (Firefox before 147, Safari before 26.2) the address is looked at every 300 ms: a view that is shorter is not seen. Only of the tab's own document, never of a frame.",
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
          'Title of the document when the view is told, the new one after a navigation; the one before when the application sets it too late. What looks like an e-mail address, a token or a long number is masked.',
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
