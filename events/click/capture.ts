import type { Capture } from '../definition.ts'
import { isField } from '../dom/field.ts'
import { controlOf, isMasked, pathOf, selectorOf } from '../dom/target.ts'
import type { click } from './schema.ts'

/** A label passes its click on to its control, which then is clicked as well: the control's click is the one that counts. */
function isForwarded(path: readonly Element[], control: Element): boolean {
  if (!(control instanceof HTMLLabelElement) || !control.control) return false
  return !path.includes(control.control) && !(control.control as HTMLInputElement).disabled
}

/** Enter in a field clicks the form's submit button: that is a submission, not a click. */
function isImplicitSubmission(event: MouseEvent, control: Element): boolean {
  return (
    event.detail === 0 &&
    document.activeElement !== control &&
    !!document.activeElement &&
    isField(document.activeElement) &&
    !isField(control)
  )
}

const share = (position: number, start: number, size: number) => (size > 0 ? Math.min(1, Math.max(0, (position - start) / size)) : 0.5)

/** Clicks by pointer and keyboard, seen before any handler of the page can stop them. */
export const capture: Capture<typeof click> = ({ emit, config, signal }) => {
  const listener = (event: MouseEvent) => {
    const path = pathOf(event)
    const control = controlOf(path)
    if (!event.isTrusted || !control || isMasked(path, config.maskSelectors)) return
    if (isForwarded(path, control) || isImplicitSubmission(event, control)) return
    const box = control.getBoundingClientRect()
    const byKeyboard = event.detail === 0 && event.clientX === 0 && event.clientY === 0
    const x = byKeyboard ? box.left + box.width / 2 : event.clientX
    const y = byKeyboard ? box.top + box.height / 2 : event.clientY
    emit({
      x,
      y,
      page_x: x + window.scrollX,
      page_y: y + window.scrollY,
      rel_x: share(x, box.left, box.width),
      rel_y: share(y, box.top, box.height),
      target: selectorOf(control),
    })
  }
  window.addEventListener('click', listener, { capture: true, passive: true, signal })
}
