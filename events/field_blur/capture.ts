import type { Capture } from '../definition.ts'
import { describeField, isFilled } from '../dom/field.ts'
import { onFocus } from '../dom/focus.ts'
import { now, secondsSince } from '../dom/view.ts'
import type { fieldBlur } from './schema.ts'

/** Fields that were left for something else in the page, and the one that had the focus when the view ended. */
export const capture: Capture<typeof fieldBlur> = (emit) => {
  let since = now()
  onFocus((field, isEntered) => {
    if (isEntered) since = now()
    else emit({ ...describeField(field), dwell: secondsSince(since), filled: isFilled(field) }, field)
  })
}
