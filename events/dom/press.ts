import { focused, isField } from './field.ts'
import { listen, observer } from './listen.ts'
import { controlOf, isMasked, pathOf, selectorOf } from './target.ts'
import { source } from './view.ts'

/** Something in the page that was pressed, by pointer or keyboard. */
export interface Press {
  readonly path: readonly Element[]
  readonly control: Element
  readonly box: DOMRectReadOnly
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

/**
 * Calls back once for each press of the visitor's, before any handler of the page can stop it. What a page clicks by itself is none.
 * Where a control lies is asked when the press begins, and the browser says so with its next frame: to read it there, or in the click, makes
 * it calculate styles and layout. A press by a key or a program may be over before; then there is no other way.
 */
export const onPress = source<[Press]>((tell) => {
  let control: Element | undefined
  let box: DOMRectReadOnly | undefined
  let isByKey = false
  /** What the label that was clicked last belongs to. The page can keep it from being clicked as well. */
  let forwarded: Element | undefined
  // Where a page has taken it away, everything else still works.
  const frames =
    window.IntersectionObserver &&
    observer(IntersectionObserver, (entries: IntersectionObserverEntry[]) => {
      frames.disconnect()
      for (const { target, boundingClientRect } of entries) if (target === control) box = boundingClientRect
    })
  listen<PointerEvent & KeyboardEvent>('pointerdown keydown', (event) => {
    if (!/^( |Enter)$/.test(event.key ?? ' ')) return
    isByKey = !!event.key
    control = controlOf(pathOf(event))
    forwarded = undefined
    box = undefined
    frames?.disconnect()
    if (control) frames?.observe(control)
  })
  listen<MouseEvent>('click', (event) => {
    const path = pathOf(event)
    const clicked = controlOf(path)
    if (!event.isTrusted || !clicked || isMasked(path[0])) return
    // Firefox counts a link's click by the keyboard like one of the mouse's.
    const byKey = isByKey || !event.detail
    // Then its label has been clicked, and passes that on.
    const isRepeated = clicked === forwarded
    forwarded = path.includes(clicked) ? undefined : clicked
    // Enter in a field clicks the form's submit button: that is a submission, not a click.
    const active = focused()
    const isSubmission = byKey && active && !path.includes(active) && isField(active) && !isField(clicked)
    if (isRepeated || isSubmission) return
    const place = clicked === control && box ? box : clicked.getBoundingClientRect()
    let { clientX: x, clientY: y, pageX, pageY } = event
    if (byKey && !x && !y) {
      x = place.left + place.width / 2
      y = place.top + place.height / 2
      pageX = x + scrollX
      pageY = y + scrollY
    }
    tell({ path, control: clicked, box: place, target: selectorOf(clicked), x, y, pageX, pageY, byKey, time: event.timeStamp })
  })
})
