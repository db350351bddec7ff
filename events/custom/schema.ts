import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a custom event. */
export const custom = {
  type: 'custom',
  measurement: 'custom_events',
  title: 'Custom event',
  description:
    "Sent once for each call of `webwatch.track(name, properties)` on a page with the script tag. What it holds is what the page's author puts in. The collector does not take one whose name or properties break the contract below.",
  data: Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 128, description: 'What the page calls it.' }),
      properties: Type.Optional(
        Type.Record(
          Type.String({ pattern: '^[\\s\\S]{1,64}$' }),
          Type.Union([Type.String({ maxLength: 1024 }), Type.Number(), Type.Boolean()]),
          { additionalProperties: false, maxProperties: 32, description: 'What the page says of it. In InfluxDB one field, as JSON.' },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  subject: 'name',
  averages: [],
  weight: 'normal',
} as const satisfies EventDefinition
