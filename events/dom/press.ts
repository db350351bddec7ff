import type { AnyContext } from '../definition.ts'
import { isField } from './field.ts'
import { listen } from './listen.ts'
import { controlOf, isMasked, pathOf } from './target.ts'

/** Something in the page that was pressed, by pointer or keyboard. */
export interface Press {
  readonly path: readonly Element[]
  readonly control: Element
  readonly box: DOMRect
  /** Place in the viewport, in CSS pixels: the middle of the control when it was pressed by a key. */
  readonly x: number
  readonly y: number
  readonly byKey: boolean
  /** When, in ms since the time origin of the document. */
  readonly time: number
}

/** A label passes its click on to its control, which then is clicked as well: the control's click is the one that counts. */
function isForwarded(path: readonly Element[], label: Element): boolean {
  const labelled = label instanceof HTMLLabelElement && (label.control as HTMLInputElement | null)
  return !!labelled && !path.includes(labelled) && !labelled.disabled
}

/** Enter in a field clicks the form's submit button: that is a submission, not a click. */
function isImplicitSubmission(path: readonly Element[], control: Element): boolean {
  const active = (control.getRootNode() as Document).activeElement
  return !!active && !path.includes(active) && isField(active) && !isField(control)
}

/** Calls back once for each press of the visitor's, before any handler of the page can stop it. What a page clicks by itself is none. */
export function onPress(callback: (press: Press) => void, { config, signal }: AnyContext): void {
  const listener = (event: MouseEvent) => {
    const path = pathOf(event)
    const control = controlOf(path)
    const { isTrusted, detail, clientX, clientY, timeStamp } = event
    if (!isTrusted || !control || isMasked(path[0], config) || isForwarded(path, control)) return
    if (!detail && isImplicitSubmission(path, control)) return
    const box = control.getBoundingClientRect()
    const [x, y] = detail || clientX || clientY ? [clientX, clientY] : [box.left + box.width / 2, box.top + box.height / 2]
    callback({ path, control, box, x, y, byKey: !detail, time: timeStamp })
  }
  listen('click', listener, signal)
}
