import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a web vital. */
export const webVital = {
  type: 'web_vital',
  measurement: 'web_vitals',
  title: 'Web vital',
  description:
    "How fast and steady a page was, by the rules of the web-vitals library. TTFB and FCP are sent once per load as soon as they are known; LCP once, with the first click or key or when the page is hidden; CLS and INP when the page is hidden or the view ends, again when they have changed since: the last one of a view counts. After a navigation inside the page CLS and INP begin anew, and the others, which are about loads, are not sent; a restore from the back-forward cache counts as a load. Interactions of such a view that were all too short to be measured count as 8 ms. A page that was hidden before its first paint has no FCP, LCP and CLS; whether it was before the script came, only Chromium says. Only of the tab's own document, never of a frame, and only where the browser measures it (Firefox measures no CLS).",
  data: Type.Object(
    {
      name: Type.Union([Type.Literal('LCP'), Type.Literal('INP'), Type.Literal('CLS'), Type.Literal('FCP'), Type.Literal('TTFB')], {
        description:
          'Largest contentful paint, interaction to next paint, cumulative layout shift, first contentful paint or time to first byte.',
      }),
      value: Type.Number({
        minimum: 0,
        description: 'In ms since the navigation (INP: of the interaction); CLS is a score without a unit.',
      }),
    },
    { additionalProperties: false },
  ),
  subject: 'name',
  averages: ['value'],
  weight: 'normal',
} as const satisfies EventDefinition
