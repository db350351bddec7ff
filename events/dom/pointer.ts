import { listen, shared, timer } from './listen.ts'
import { onLeave } from './visibility.ts'

/** So many steps are looked at together: a look at each as it comes costs a page more than all that is then done with them. */
const TOGETHER = 32
/** Longest time in ms that a step waits to be looked at. */
const REST = 1_000

/** One step on the way of the pointer. */
export interface Step {
  readonly event: PointerEvent
  /** What the pointer is over: the way out of the page from the innermost node. Empty when it has left the document. */
  readonly path: readonly EventTarget[]
}

/**
 * Calls back with the steps of the pointer, several at a time, and before the page is left. It is told whether the pointer has come to
 * rest; then there may be no steps.
 */
export const onPointer = shared<{ signal: AbortSignal }, [steps: readonly Step[], isAtRest: boolean]>((tell, { signal }) => {
  let steps: Step[] = []
  let path: readonly EventTarget[] = []
  const pass = (isAtRest: boolean) => {
    const passed = steps
    steps = []
    tell(passed, isAtRest)
  }
  const rest = () => pass(true)
  const restLater = timer(rest, signal)
  const move = (event: PointerEvent) => {
    const count = steps.push({ event, path })
    if (count === 1) restLater(REST)
    if (count === TOGETHER) pass(false)
  }
  const enter = (event: PointerEvent) => {
    path = event.composedPath()
    move(event)
  }
  const leave = (event: PointerEvent) => {
    if (event.target !== document) return
    path = []
    move(event)
  }
  listen('pointerover', enter, signal)
  listen('pointermove', move, signal)
  listen('mouseleave', leave, signal, document)
  onLeave(rest, signal)
})
