import type { Capture } from '../definition.ts'
import { listen, timer } from '../dom/listen.ts'
import { listenInRoots } from '../dom/roots.ts'
import { isMasked, selectorOf } from '../dom/target.ts'
import { onLeave } from '../dom/visibility.ts'
import type { scroll } from './schema.ts'

/** Time in ms without a scroll event after which the visitor has come to rest. */
const REST = 150
/** Time in ms after the load in which a scroll that no input came before is the browser's: it restores the last position. */
const RESTORE = 500

/** The deepest point of the page and of each scrolling element in it, told at rest. */
export const capture: Capture<typeof scroll> = ({ emit, now, config, signal }) => {
  const deepest = new WeakMap<Element, number>()
  const places = new WeakMap<Element, number>()
  const pending = new Set<Element>()
  let isTouched = false
  let loadedAt = document.readyState === 'complete' ? now() : Number.POSITIVE_INFINITY

  const tell = () => {
    for (const scroller of pending) {
      const { scrollTop, scrollHeight, clientHeight } = scroller
      const range = scrollHeight - clientHeight
      // Positions are rounded: within a pixel of the end is the end.
      const depth = range - scrollTop < 1 ? 100 : Math.round((scrollTop / range) * 1_000) / 10
      // Whoever only moves sideways goes no deeper.
      const isDeeper = scrollTop > 0 && scrollTop !== places.get(scroller) && depth > (deepest.get(scroller) ?? 0)
      places.set(scroller, scrollTop)
      if (!isDeeper || isMasked(scroller, config)) continue
      deepest.set(scroller, depth)
      emit({ scroll_percentage: depth, ...(scroller !== document.scrollingElement && { element: selectorOf(scroller) }) })
    }
    pending.clear()
  }
  const atRest = timer(tell, signal)
  const listener = (event: Event) => {
    const target = event.composedPath()[0]
    const scroller = target === document ? document.scrollingElement : target
    if (!(scroller instanceof Element)) return
    if (!isTouched && now() < loadedAt + RESTORE && target === document) places.set(scroller, scroller.scrollTop)
    else pending.add(scroller)
    atRest(REST)
  }
  listen('load', () => (loadedAt = now()), signal)
  listen('wheel touchmove keydown pointerdown', () => (isTouched = true), signal)
  listenInRoots('scroll', listener, signal)
  onLeave(tell, signal)
}
