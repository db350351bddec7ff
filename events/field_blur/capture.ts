import type { Capture } from '../definition.ts'
import { describeField, isFilled } from '../dom/field.ts'
import { followFocus } from '../dom/focus.ts'
import { onEnd } from '../dom/visibility.ts'
import type { fieldBlur } from './schema.ts'

/** Fields that were left for something else in the page, and the one that had the focus when the view ended. */
export const capture: Capture<typeof fieldBlur> = (context) => {
  const { emit, now, signal } = context
  let since = now()
  const enter = () => {
    since = now()
  }
  const leave = followFocus(context, enter, (field) =>
    emit({ ...describeField(field), dwell: (now() - since) / 1_000, filled: isFilled(field) }),
  )
  onEnd(leave, signal)
}
