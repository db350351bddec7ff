import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of an outbound click. */
export const outboundClick = {
  type: 'outbound_click',
  measurement: 'outbound_clicks',
  title: 'Outbound click',
  description:
    "Sent once for each activation, by pointer (the middle button included) or keyboard, of a link whose host is not the document's own. Never for mailto: and other addresses that are no web page, and whatever the page makes of the click.",
  data: Type.Object(
    {
      link_url: Type.String({ maxLength: 2048, description: 'Address of the link, cleaned as the url is.' }),
      target: Type.String({ maxLength: 256, description: 'Selector of the link: data-testid, id, or role and name path.' }),
    },
    { additionalProperties: false },
  ),
  subject: 'link_url',
  targetTag: true,
  averages: [],
  weight: 'normal',
} as const satisfies EventDefinition
