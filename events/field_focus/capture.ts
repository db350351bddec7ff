import type { Capture } from '../definition.ts'
import { describeField, isField } from '../dom/field.ts'
import { isMasked, pathOf } from '../dom/target.ts'
import type { fieldFocus } from './schema.ts'

/** Entries into fields. The browser repeats them when the visitor comes back to the tab: those are none. */
export const capture: Capture<typeof fieldFocus> = ({ emit, config, signal }) => {
  let current: Element | undefined
  const enter = (event: Event) => {
    const path = pathOf(event)
    const field = path[0]
    if (field === current) return
    current = field
    if (field && isField(field) && !isMasked(path, config.maskSelectors)) emit(describeField(field))
  }
  const leave = (event: Event) => {
    // The active element stays what it is when it is the tab that was left.
    if (pathOf(event)[0] === current && document.hasFocus() && !document.activeElement?.contains(current ?? null)) current = undefined
  }
  window.addEventListener('focusin', enter, { capture: true, passive: true, signal })
  window.addEventListener('focusout', leave, { capture: true, passive: true, signal })
}
