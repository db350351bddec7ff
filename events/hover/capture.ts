import type { Capture } from '../definition.ts'
import { onLeave } from '../dom/activity.ts'
import { controlOf, isMasked, pathOf, selectorOf } from '../dom/target.ts'
import type { hover } from './schema.ts'

/** Shortest stay in ms that says anything. */
const DWELL = 500

/** Stays of the mouse on a control, or on an element that the page has given a name. */
export const capture: Capture<typeof hover> = ({ emit, now, config, signal }) => {
  let current: Element | undefined
  let since = 0
  const leave = () => {
    const stay = now() - since
    if (current && stay >= DWELL) emit({ target: selectorOf(current), duration: stay / 1_000 })
    current = undefined
  }
  const listener = (event: MouseEvent) => {
    const path = pathOf(event)
    const control = controlOf(path)
    const named = path.find((element) => element.matches('[data-testid],[id]'))
    const next = control?.matches('body,html') ? undefined : control && path.indexOf(control) > 0 ? control : (named ?? control)
    if (next === current) return
    leave()
    if (!next || next.matches('body,html') || isMasked(path, config.maskSelectors)) return
    current = next
    since = now()
  }
  window.addEventListener('mouseover', listener, { capture: true, passive: true, signal })
  document.addEventListener('mouseleave', leave, { passive: true, signal })
  onLeave(leave, signal)
}
