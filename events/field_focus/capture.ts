import type { Capture } from '../definition.ts'
import { describeField } from '../dom/field.ts'
import { followFocus } from '../dom/focus.ts'
import type { fieldFocus } from './schema.ts'

/** Entries into fields. */
export const capture: Capture<typeof fieldFocus> = (context) => {
  followFocus(context, (field) => context.emit(describeField(field)))
}
