import { elapsed, gather, guard, listen, onAbort, shared } from './listen.ts'
import { ELEMENT } from './target.ts'
import { onLeave } from './visibility.ts'

/** Steps are looked at together, so often, in ms: a look at each as it comes costs a page more than all that is then done with them. */
const EVERY = 1_000
/** Time in ms without a step after which the pointer has come to rest. */
const REST = 100

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

/**
 * Calls back with the steps of the pointer, many at a time, and before the page is left. It is told whether the pointer has come to
 * rest; then there may be no steps.
 */
export const onPointer = shared<{ signal: AbortSignal }, [steps: readonly Step[], isAtRest: boolean]>((tell, { signal }) => {
  const events: PointerEvent[] = []
  /** What came under the pointer with an event. Out of a shadow root an event forgets its target, once it has been everywhere. */
  const places = new Map<Event, Node | undefined>()
  let over: Element | undefined
  let ticks: ReturnType<typeof setInterval> | undefined
  const step = (event: PointerEvent): Step => {
    if (places.has(event)) {
      const place = places.get(event)
      over = place?.nodeType === ELEMENT ? (place as Element) : undefined
    }
    return { event, over, x: event.clientX, y: event.clientY, time: event.timeStamp }
  }
  const look = (isLeaving?: boolean) => {
    const steps = events.splice(0).map(step)
    places.clear()
    const last = steps.at(-1)
    tell(steps, isLeaving || !last || elapsed() - last.time > REST)
  }
  const tick = guard(() => {
    if (events.length === 0) sleep()
    look()
  })
  const wake = () => {
    if (ticks) return
    ticks = setInterval(tick, EVERY)
    window.removeEventListener('pointermove', wake, true)
  }
  const stop = () => {
    clearInterval(ticks)
    ticks = undefined
  }
  const sleep = () => {
    stop()
    window.addEventListener('pointermove', wake, { capture: true, passive: true })
  }
  const put = (event: PointerEvent, place?: Node) => {
    events.push(event)
    places.set(event, place)
    wake()
  }
  const enter = (event: PointerEvent) => {
    const target = event.target as Element
    put(event, target.shadowRoot ? (event.composedPath()[0] as Node) : target)
  }
  gather('pointermove', events, signal)
  listen('pointerover', enter, signal)
  listen('mouseleave', (event: PointerEvent) => put(event), signal, document)
  sleep()
  onLeave(() => look(true), signal)
  onAbort(() => {
    stop()
    window.removeEventListener('pointermove', wake, true)
  }, signal)
})
