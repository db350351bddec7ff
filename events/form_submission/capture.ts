import type { Capture } from '../definition.ts'
import { describeForm, onSubmission } from '../dom/forms.ts'
import type { formSubmission } from './schema.ts'

/** Attempts to submit a form. */
export const capture: Capture<typeof formSubmission> = (emit) => onSubmission((form, valid) => emit({ ...describeForm(form), valid }))
