import { attach } from './listen.ts'
import { controller, elapsed, guard, on, onLeave, onStop, source } from './view.ts'

/** Steps are looked at together, so often, in ms: a look at each as it comes costs a page more than all that is then done with them. */
const EVERY = 1_000
/** Time in ms without a step after which the pointer has come to rest. */
const REST = 100
const KINDS = ['pointermove', 'pointerover']

const events: Event[] = []
// The list's own `push` puts them down: to enter a function of the browser's costs a page a quarter of what the shortest script does.
const putDown = events.push.bind(events)

let look: (isLeaving?: boolean) => void
let ticks: ReturnType<typeof setInterval> | undefined
const tick = guard(() => {
  if (!events[0]) sleep()
  look()
})
const wake = () => {
  ticks ??= setInterval(tick, EVERY)
}
const sleep = () => {
  clearInterval(ticks)
  ticks = undefined
  for (const type of KINDS) window.addEventListener(type, wake, { capture: true, once: true, signal: controller.signal })
}

/** One step on the way of the pointer. */
export interface Step {
  readonly event: PointerEvent
  /** The innermost element under the pointer; none when it has left the document. */
  readonly over: Element | undefined
  /** Place in the viewport, in CSS pixels. */
  readonly x: number
  readonly y: number
  /** When, in ms since the time origin of the document. */
  readonly time: number
}

/** What lies at a place of the viewport in an element's open shadow root, however deep; the element where there is none. */
function innermost(element: Element, x: number, y: number): Element {
  const root = element.shadowRoot
  const inner = root?.elementFromPoint(x, y)
  return inner?.getRootNode() === root ? innermost(inner!, x, y) : element
}

/**
 * Calls back with the steps of the pointer, many at a time, and before the page is left. It is told whether the pointer has come to
 * rest; then there may be no steps.
 */
export const onPointer = source<[steps: readonly Step[], isAtRest: boolean]>((tell) => {
  let over: Element | undefined
  const step = (event: PointerEvent): Step => {
    const { type, clientX: x, clientY: y, timeStamp: time } = event
    if (type !== 'pointermove' || !over) {
      // Which element of a shadow root an event came from can be asked only while it is under way. A second later that still lies there.
      over = event.target === document ? undefined : innermost(event.target as Element, x, y)
    }
    return { event, over, x, y, time }
  }
  look = (isLeaving) => {
    const steps = (events.splice(0) as PointerEvent[]).map(step)
    const last = steps.at(-1)
    tell(steps, isLeaving || !last || elapsed() - last.time > REST)
  }
  for (const type of KINDS) attach(type, putDown)
  // In the capturing phase it would come for each element that the mouse leaves.
  attach('mouseleave', putDown, document, false)
  on('open', () => ticks ?? sleep())
  onLeave(() => look(true))
  onStop(() => clearInterval(ticks))
  sleep()
})
