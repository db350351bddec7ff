import { elapsed, gather, guard, listen, onAbort, shared } from './listen.ts'
import { ELEMENT } from './target.ts'
import { onLeave } from './visibility.ts'

/** Steps are looked at together, so often, in ms: a look at each as it comes costs a page more than all that is then done with them. */
const EVERY = 1_000
/** Time in ms without a step after which the pointer has come to rest. */
const REST = 100
const KINDS = 'pointermove pointerover'

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

/** What lies at a place of the viewport, in whatever open shadow root it is. */
function elementAt(x: number, y: number): Element | null {
  let found: Element | null = null
  let root: DocumentOrShadowRoot | null = document
  while (root) {
    const inner: Element | null = root.elementFromPoint(x, y)
    root = inner && inner !== found ? inner.shadowRoot : null
    found = inner ?? found
  }
  return found
}

/**
 * Calls back with the steps of the pointer, many at a time, and before the page is left. It is told whether the pointer has come to
 * rest; then there may be no steps.
 */
export const onPointer = shared<{ signal: AbortSignal }, [steps: readonly Step[], isAtRest: boolean]>((tell, { signal }) => {
  const events: PointerEvent[] = []
  let over: Element | undefined
  let ticks: ReturnType<typeof setInterval> | undefined
  let awake: AbortController
  const step = (event: PointerEvent): Step => {
    const { type, clientX: x, clientY: y, timeStamp: time } = event
    if (type !== 'pointermove') {
      // Once it has been everywhere, an event out of a shadow root has forgotten its target. A second later that lies there still.
      const target = (event.target ?? elementAt(x, y)) as Element | null
      over = target?.nodeType === ELEMENT ? target : undefined
    }
    return { event, over, x, y, time }
  }
  const look = (isLeaving?: boolean) => {
    const steps = events.splice(0).map(step)
    const last = steps.at(-1)
    tell(steps, isLeaving || !last || elapsed() - last.time > REST)
  }
  const tick = guard(() => {
    if (events.length === 0) sleep()
    look()
  })
  const wake = () => {
    awake.abort()
    ticks = setInterval(tick, EVERY)
  }
  const sleep = () => {
    clearInterval(ticks)
    awake = new AbortController()
    listen(KINDS, wake, awake.signal)
  }
  gather(KINDS, events, signal)
  gather('mouseleave', events, signal, document)
  sleep()
  onLeave(() => look(true), signal)
  onAbort(() => {
    clearInterval(ticks)
    awake.abort()
  }, signal)
})
