import { controller, elapsed, guard, on, onStop, tell } from './view.ts'

const latest: Record<string, Event> = {}

/** However many listen to a type, the browser knows of one: entering a script costs it more than most of them do. */
const hear = (event: Event) => {
  const { type } = event
  // In a shadow root comes again what has been heard outside.
  if (event === latest[type]) return
  latest[type] = event
  tell(type, event)
}

/**
 * Has the browser itself call a listener for as long as anything is watched: from view to view it stays, since to take all off and put them
 * on again costs more. Does nothing where the browser does so already.
 */
export function attach(type: string, listener: (event: Event) => void, target: EventTarget = window, capture = true): void {
  const options = { capture, signal: controller.signal }
  const open = () => target.addEventListener(type, listener, options)
  on('open', open)
  open()
}

/**
 * Listens until the view ends, before the page's own listeners, whatever these stop.
 * @param types names of events, with a space between them
 * @param target the window when left out
 */
export function listen<Kind extends Event>(types: string, listener: (event: Kind) => void, target?: EventTarget): void {
  for (const type of types.split(' ')) {
    on(type, listener)
    attach(type, hear, target)
  }
}

/**
 * Listens again, where that is needed: document.open() takes every listener off a document and its window.
 * https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#document-open-steps
 */
export const renewListeners = (): void => tell('open')

/** So much later than asked for, in ms, a timer rings, lest it has to be set again for what comes shortly after what it was set for. */
const LATE = 40

/**
 * A timer that calls back unless the view ends before.
 * @param meanwhile called some five times a second while it is put off again and again by 150 ms; less often by more
 * @returns puts it off to so many ms from now; never to an earlier time than before
 */
export function timer(callback: () => void, meanwhile?: () => void): (ms: number) => void {
  let set: ReturnType<typeof setTimeout> | undefined
  let due = 0
  const ring = guard(() => {
    // Looking at the clock when it rings costs less than setting a timer anew each time.
    const left = due - elapsed()
    set = left > 1 ? setTimeout(ring, left + LATE) : undefined
    if (set) meanwhile?.()
    else callback()
  })
  onStop(() => clearTimeout(set))
  return (ms) => {
    due = elapsed() + ms
    set ??= setTimeout(ring, ms + LATE)
  }
}

/**
 * Calls back again and again until the view ends.
 * @param pause in ms
 */
export function repeat(callback: () => void, pause: number): void {
  const ticks = setInterval(guard(callback), pause)
  onStop(() => clearInterval(ticks))
}

interface Observer {
  disconnect(): void
}

/**
 * Makes an observer of one of the browser's kinds, which observes nothing any more once the view has ended.
 * @param options those of its constructor
 */
export function observer<Made extends Observer, Callback extends (...given: never[]) => void, Options>(
  Kind: new (callback: Callback, options?: Options) => Made,
  callback: Callback,
  options?: Options,
): Made {
  const made = new Kind(guard(callback) as Callback, options)
  onStop(() => made.disconnect())
  return made
}
