import type { Capture } from '../definition.ts'
import { onLeave } from '../dom/activity.ts'
import { listen } from '../dom/listen.ts'
import { isControl, isMasked, pathOf, selectorOf } from '../dom/target.ts'
import type { hover } from './schema.ts'

/** Shortest stay in ms that says anything. */
const DWELL = 500
/** So near must a name be to be the name of what is under the mouse: an application has one around everything. */
const NEAR = 4

/** Stays of the mouse on a control, or on an element that the page has given a name. */
export const capture: Capture<typeof hover> = ({ emit, now, config, signal }) => {
  let current: Element | undefined
  let since = 0
  const move = (next?: Element) => {
    if (next === current) return
    const stay = now() - since
    if (current && stay >= DWELL) emit({ target: selectorOf(current), duration: stay / 1_000 })
    current = next
    since += stay
  }
  const enter = (event: PointerEvent) => {
    const path = pathOf(event)
    const next = path.find(isControl) ?? path.slice(0, NEAR).find((element) => element.matches('[data-testid],[id]:not(body,html)'))
    // A finger does not rest above things, though browsers say so after each touch.
    if (event.pointerType !== 'touch') move(isMasked(path[0], config) ? undefined : next)
  }
  const leave = () => move()
  listen('pointerover', enter, signal)
  listen('mouseleave', ({ target }) => target === document && leave(), signal, document)
  onLeave(leave, signal)
}
