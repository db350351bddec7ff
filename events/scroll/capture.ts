import type { Capture } from '../definition.ts'
import { onLeave } from '../dom/activity.ts'
import { isMasked, pathOf, selectorOf } from '../dom/target.ts'
import type { scroll } from './schema.ts'

/** Time in ms without a scroll event after which the visitor has come to rest. */
const REST = 150
/** Time in ms after the load in which a scroll that no input came before is the browser's: it restores the last position. */
const RESTORE = 400

function depthOf(scroller: Element): number {
  const range = scroller.scrollHeight - scroller.clientHeight
  return range > 0 ? Math.min(100, Math.max(0, (scroller.scrollTop / range) * 100)) : 0
}

/** The deepest point of the page and of each scrolling element in it, told at rest. */
export const capture: Capture<typeof scroll> = ({ emit, now, config, signal }) => {
  const deepest = new Map<Element, number>()
  const pending = new Set<Element>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let touched = false
  let loadedAt = document.readyState === 'complete' ? now() : Number.POSITIVE_INFINITY
  window.addEventListener('load', () => (loadedAt = now()), { capture: true, signal })
  const touch = () => (touched = true)
  for (const type of ['wheel', 'touchmove', 'keydown', 'pointerdown'])
    window.addEventListener(type, touch, { capture: true, passive: true, signal })

  const page = () => document.scrollingElement ?? document.documentElement
  const tell = () => {
    clearTimeout(timer)
    for (const scroller of pending) {
      const depth = Math.round(depthOf(scroller) * 10) / 10
      if (depth <= (deepest.get(scroller) ?? 0)) continue
      deepest.set(scroller, depth)
      emit(scroller === page() ? { scroll_percentage: depth } : { scroll_percentage: depth, element: selectorOf(scroller) })
    }
    pending.clear()
  }
  const listener = (event: Event) => {
    const target = event.composedPath()[0]
    const scroller = target instanceof Document ? page() : target
    if (!(scroller instanceof Element) || isMasked(pathOf(event), config.maskSelectors)) return
    if (!touched && now() < loadedAt + RESTORE && scroller === page()) return
    pending.add(scroller)
    clearTimeout(timer)
    timer = setTimeout(tell, REST)
  }
  window.addEventListener('scroll', listener, { capture: true, passive: true, signal })
  onLeave(tell, signal)
}
