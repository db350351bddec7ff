import type { Capture } from '../definition.ts'
import { describeField, isField, isFilled } from '../dom/field.ts'
import { isMasked, pathOf } from '../dom/target.ts'
import type { fieldBlur } from './schema.ts'

/** Fields that were left for something else in the page, and the one that had the focus when the view ended. */
export const capture: Capture<typeof fieldBlur> = ({ emit, now, config, signal }) => {
  let current: HTMLElement | undefined
  let since = 0
  const leave = () => {
    if (current) emit({ ...describeField(current), dwell: (now() - since) / 1_000, filled: isFilled(current) })
    current = undefined
  }
  const enter = (event: Event) => {
    const path = pathOf(event)
    const field = path[0]
    if (!field || field === current) return
    leave()
    if (!isField(field) || isMasked(path, config.maskSelectors)) return
    current = field
    since = now()
  }
  const out = (event: Event) => {
    // When the tab is left, its field stays the active element, and the visitor is expected back.
    if (pathOf(event)[0] !== current || !document.hasFocus()) return
    const root = current?.getRootNode()
    if (root instanceof Document || root instanceof ShadowRoot ? root.activeElement !== current : true) leave()
  }
  window.addEventListener('focusin', enter, { capture: true, passive: true, signal })
  window.addEventListener('focusout', out, { capture: true, passive: true, signal })
  window.addEventListener('pagehide', leave, { capture: true, signal })
  signal.addEventListener('abort', leave, { once: true })
  const focused = document.activeElement
  if (focused && isField(focused)) {
    current = focused
    since = now()
  }
}
