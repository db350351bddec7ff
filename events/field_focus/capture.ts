import type { Capture } from '../definition.ts'
import { describeField } from '../dom/field.ts'
import { onFocus } from '../dom/focus.ts'
import type { fieldFocus } from './schema.ts'

/** Entries into fields. */
export const capture: Capture<typeof fieldFocus> = (emit) => onFocus((field, isEntered) => isEntered && emit(describeField(field), field))
