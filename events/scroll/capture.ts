import type { Capture } from '../definition.ts'
import { listen, timer } from '../dom/listen.ts'
import { listenInRoots } from '../dom/roots.ts'
import { selectorOf } from '../dom/target.ts'
import { now, onLeave } from '../dom/view.ts'
import type { scroll } from './schema.ts'

/** Time in ms without a scroll event after which the visitor has come to rest. */
const REST = 150
/** Time in ms after the load in which a scroll that no input came before is the browser's: it restores the last position. */
const RESTORE = 500

/**
 * The deepest point of the page and of each scrolling element in it, told at rest. On the way a timer looks, never the handler: asked there
 * where it is, the browser calculates layout.
 */
export const capture: Capture<typeof scroll> = (emit) => {
  /** Where a scroller was when it was last looked at, and how deep it had been by then. */
  const known = new WeakMap<Element, readonly [place: number, deepest: number]>()
  const moved = new Set<Element>()
  /** Depths that are to be told. */
  const reached = new Map<Element, number>()
  let isTouched = false
  let loadedAt = document.readyState === 'complete' ? now() : Number.POSITIVE_INFINITY

  const look = () => {
    for (const scroller of moved) {
      const { scrollTop, scrollHeight, clientHeight } = scroller
      const range = scrollHeight - clientHeight
      // Positions are rounded: within a pixel of the end is the end.
      const depth = range - scrollTop < 1 ? 100 : Math.round((scrollTop / range) * 1_000) / 10
      // Whoever only moves sideways goes no deeper.
      const [place, deepest] = known.get(scroller) ?? [0, 0]
      const isDeeper = scrollTop > 0 && scrollTop !== place && depth > deepest
      known.set(scroller, [scrollTop, isDeeper ? depth : deepest])
      if (isDeeper) reached.set(scroller, depth)
    }
    moved.clear()
  }
  const tell = () => {
    look()
    for (const [scroller, scroll_percentage] of reached)
      emit({ scroll_percentage, ...(scroller !== document.scrollingElement && { element: selectorOf(scroller) }) }, scroller)
    reached.clear()
  }
  const atRest = timer(tell, look)
  const listener = (event: Event) => {
    const target = event.composedPath()[0]
    const scroller = target === document ? document.scrollingElement : target
    if (!(scroller instanceof Element)) return
    if (!isTouched && now() < loadedAt + RESTORE && target === document) known.set(scroller, [scroller.scrollTop, 0])
    else moved.add(scroller)
    atRest(REST)
  }
  listen('load', ({ target }) => {
    if (target === document) loadedAt = now()
  })
  listen('wheel touchmove keydown pointerdown', () => (isTouched = true))
  listenInRoots('scroll', listener)
  onLeave(tell)
}
