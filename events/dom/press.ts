import type { AnyContext } from '../definition.ts'
import { isField } from './field.ts'
import { listen, shared } from './listen.ts'
import { controlOf, isMasked, pathOf, selectorOf } from './target.ts'

/** Something in the page that was pressed, by pointer or keyboard. */
export interface Press {
  readonly path: readonly Element[]
  readonly control: Element
  readonly box: DOMRect
  /** The control's selector, as it was pressed: the page may take it away. */
  readonly target: string
  /** Place in the viewport, in CSS pixels: the middle of the control when it was pressed by a key. */
  readonly x: number
  readonly y: number
  /** The same in the page. */
  readonly pageX: number
  readonly pageY: number
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

/**
 * Calls back once for each press of the visitor's, before any handler of the page can stop it. What a page clicks by itself is none.
 * Where a control lies is read when the press begins: the browser has just looked what is under the pointer, so that this forces no
 * layout, as it might in the click, after the page's handlers.
 */
export const onPress = shared<Pick<AnyContext, 'config' | 'signal'>, [Press]>((tell, { config, signal }) => {
  let control: Element | undefined
  let box: DOMRect | undefined
  let isByKey = false
  const begin = (event: PointerEvent & KeyboardEvent) => {
    if (event.key && event.key !== 'Enter' && event.key !== ' ') return
    const pressed = controlOf(pathOf(event))
    isByKey = !!event.key
    control = (pressed as HTMLLabelElement | undefined)?.control ?? pressed
    box = control?.getBoundingClientRect()
  }
  const click = (event: MouseEvent) => {
    const path = pathOf(event)
    const clicked = controlOf(path)
    const { isTrusted, detail, clientX, clientY, pageX, pageY, timeStamp } = event
    if (!isTrusted || !clicked || isMasked(path[0], config) || isForwarded(path, clicked)) return
    // Firefox counts a link's click by the keyboard like one of the mouse's.
    const byKey = isByKey || !detail
    if (byKey && isImplicitSubmission(path, clicked)) return
    const place = clicked === control && box ? box : clicked.getBoundingClientRect()
    const press = { path, control: clicked, box: place, target: selectorOf(clicked), byKey, time: timeStamp }
    if (!byKey || clientX || clientY) return tell({ ...press, x: clientX, y: clientY, pageX, pageY })
    const [x, y] = [place.left + place.width / 2, place.top + place.height / 2]
    tell({ ...press, x, y, pageX: x + scrollX, pageY: y + scrollY })
  }
  listen('pointerdown keydown', begin, signal)
  listen('click', click, signal)
})
