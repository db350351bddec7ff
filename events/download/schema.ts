import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a download. */
export const download = {
  type: 'download',
  measurement: 'downloads',
  title: 'Download',
  description:
    "Sent once for each click, by the middle button and the page's own included, on a link that downloads: one with the download attribute, or whose path ends like a file that browsers save (pdf, zip, csv and the like). Never for an ordinary link. A link that is in no document, as pages make one for a file of their own and click it, counts each time that it is followed to another address: its click reaches nobody, but the browser's Navigation API says where it leads. Where there is none (Firefox before 147, Safari before 26.2), or where it does not say by which link (Chrome before 134), such a download is not seen. Nor is a file that the page fetches by another way than a link, such as `location`, or that the visitor saves by the browser's menu.",
  data: Type.Object(
    {
      download_url: Type.String({
        maxLength: 2048,
        description: 'Address of the file, cleaned as the url is; `blob:` and the origin for one made in the page.',
      }),
      extension: Type.String({
        maxLength: 32,
        description:
          'Ending of the file name, in lower case and without the dot; empty when there is none, or one of more than eight characters, which may be no ending.',
      }),
    },
    { additionalProperties: false },
  ),
  subject: 'download_url',
  averages: [],
  weight: 'normal',
} as const satisfies EventDefinition
