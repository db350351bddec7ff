import type { Capture } from '../definition.ts'
import { onPointer } from '../dom/pointer.ts'
import { fits } from '../dom/selectors.ts'
import { around, isControl, isMasked, selectorOf } from '../dom/target.ts'
import { now, onLeave } from '../dom/view.ts'
import type { hover } from './schema.ts'

/** Shortest stay in seconds that says anything. */
const DWELL = 0.5
/** So near must a name be to be the name of what is under the mouse: an application has one around everything. */
const NEAR = 4

/** What the mouse stays on. */
function placeOf(over: Element | undefined): Element | undefined {
  const elements = around(over)
  return elements.find(isControl) ?? elements.slice(0, NEAR).find((element) => fits(element, '[data-testid],[id]:not(body,html)'))
}

/** Stays of the mouse on a control, or on an element that the page has given a name. */
export const capture: Capture<typeof hover> = (emit) => {
  let inner: Element | undefined
  let current: Element | undefined
  /** Its selector, as it was entered: the page may take it away. */
  let target: string | undefined
  let since = 0
  const move = (next: Element | undefined, time: number) => {
    if (next === current) return
    const duration = (time - since) / 1_000
    current = next
    since = time
    if (target && duration >= DWELL) emit({ target, duration }, undefined, time)
    target = next && selectorOf(next)
  }
  onPointer((steps) => {
    for (const { event, over, time } of steps) {
      // A finger does not rest above things, though browsers say so after each touch.
      if (over === inner || event.pointerType === 'touch') continue
      inner = over
      move(isMasked(over) ? undefined : placeOf(over), now(time))
    }
  })
  onLeave(() => move(undefined, now()))
}
