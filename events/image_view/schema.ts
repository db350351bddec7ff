import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of an image view. */
export const imageView = {
  type: 'image_view',
  measurement: 'image_views',
  title: 'Image view',
  description:
    'Sent once per page view for each picture of an <img> of which at least half was in the viewport, and not transparent or hidden by style, for at least one second in a visible page. Another picture in the same element is another. Backgrounds and images in shadow roots are left alone.',
  data: Type.Object(
    {
      image_url: Type.String({ maxLength: 2048, description: 'Address of the image that the browser chose, cleaned as the url is.' }),
      alt: Type.String({ maxLength: 512, description: 'Alternative text of the image, masked like the title.' }),
    },
    { additionalProperties: false },
  ),
  subject: 'image_url',
  averages: [],
  weight: 'normal',
} as const satisfies EventDefinition
