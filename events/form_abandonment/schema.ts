import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a form abandonment. */
export const formAbandonment = {
  type: 'form_abandonment',
  measurement: 'form_abandonments',
  title: 'Form abandonment',
  description:
    'Sent once per view for each form that a visitor began to fill in and did not submit, when the view ends: the page is left, or its address changes. An attempt that the browser stopped for an invalid field is no submission. A tab that is only hidden is not left yet. It never contains a value of a field.',
  data: Type.Object(
    {
      form_id: Type.String({ maxLength: 256, description: 'The id of the form, else its name; empty when it has neither.' }),
      form_class: Type.String({ maxLength: 256, description: 'The class attribute of the form.' }),
      fields: Type.Integer({ minimum: 0, maximum: 100_000, description: 'Number of fields that a visitor can fill in.' }),
      changed: Type.Integer({ minimum: 1, maximum: 100_000, description: 'Number of fields that the visitor changed.' }),
      last_field: Type.String({ maxLength: 256, description: 'The id, else the name, of the field that was changed last.' }),
      duration: Type.Number({ minimum: 0, description: 'Time from the first change to the end of the view, in seconds.' }),
    },
    { additionalProperties: false },
  ),
  subject: 'form_id',
  averages: ['changed', 'duration'],
  weight: 'normal',
} as const satisfies EventDefinition
