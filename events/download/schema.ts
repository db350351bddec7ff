import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a download. */
export const download = {
  type: 'download',
  measurement: 'downloads',
  title: 'Download',
  description:
    "Sent once for each click, by the middle button and the page's own included, on a link that downloads: one with the download attribute, or whose path ends like a file that browsers save (pdf, zip, csv and the like). Never for an ordinary link, nor for one that the page has put into no document: a click on that reaches nobody.",
  data: Type.Object(
    {
      download_url: Type.String({
        maxLength: 2048,
        description: 'Address of the file, cleaned as the url is; `blob:` and the origin for one made in the page.',
      }),
      extension: Type.String({
        maxLength: 32,
        description: 'Ending of the file name, in lower case and without the dot; empty when there is none.',
      }),
    },
    { additionalProperties: false },
  ),
  subject: 'download_url',
  averages: [],
  weight: 'normal',
} as const satisfies EventDefinition
