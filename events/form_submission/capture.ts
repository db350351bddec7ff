import type { Capture } from '../definition.ts'
import { describeForm, onSubmission } from '../dom/forms.ts'
import type { formSubmission } from './schema.ts'

/** Attempts to submit a form. */
export const capture: Capture<typeof formSubmission> = (context) =>
  onSubmission(context, (form, valid) => context.emit({ ...describeForm(form), valid }))
