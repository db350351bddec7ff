import { Type } from 'typebox'
import type { EventDefinition } from '../definition.ts'

/** The contract of a form submission. */
export const formSubmission = {
  type: 'form_submission',
  measurement: 'form_submissions',
  title: 'Form submission',
  description:
    "Sent once for each attempt to submit a form: by click, Enter, requestSubmit(), or by form.submit() into the same window; an attempt that the browser's validation stops, and that follows a click or Enter within a second, says so. A page that checks or reads its fields by itself makes none. A form.submit() within a minute after such an attempt goes on with it, and is none of its own. It never contains a value of a field.",
  data: Type.Object(
    {
      form_id: Type.String({ maxLength: 256, description: 'The id of the form, else its name; empty when it has neither.' }),
      form_class: Type.String({ maxLength: 256, description: 'The class attribute of the form.' }),
      fields: Type.Integer({ minimum: 0, maximum: 100_000, description: 'Number of fields that a visitor can fill in.' }),
      valid: Type.Boolean({ description: "No, when the browser's validation stopped the attempt." }),
    },
    { additionalProperties: false },
  ),
  subject: 'form_id',
  averages: ['fields'],
  weight: 'normal',
} as const satisfies EventDefinition
