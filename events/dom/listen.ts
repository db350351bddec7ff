// Taken at the start: what a page makes of its console later is not asked.
const debug = console.debug.bind(console)
const { push } = Array.prototype
/** Time in ms since the time origin of the document. */
export const elapsed = performance.now.bind(performance)

const report = (error: unknown) => debug('WebWatch', error)

/** Makes a callback of ours safe for the page: a mistake in it ends in the console, never in the page's own error handlers. */
export const guard =
  <Given extends unknown[]>(run: (...given: Given) => void) =>
  (...given: Given): void => {
    try {
      run(...given)
    } catch (error) {
      report(error)
    }
  }

/** Calls back when the signal aborts. */
export const onAbort = (callback: () => void, signal: AbortSignal): void => signal.addEventListener('abort', guard(callback))

type Listener = (event: never) => void

/** One type of event at one target. However many listen, the browser knows of one: entering a script costs it more than most of them do. */
interface Source {
  readonly listeners: Set<Listener>
  /** Begins to listen; does nothing where that is so already. */
  open(): void
  close(): void
}

const sources = new WeakMap<EventTarget, Record<string, Source>>()
const opened = new Set<Pick<Source, 'open'>>()

function sourceOf(target: EventTarget, type: string): Source {
  const ofTarget = sources.get(target) ?? {}
  sources.set(target, ofTarget)
  const listeners = new Set<Listener>()
  const hear = (event: Event) => {
    for (const listener of listeners) {
      try {
        listener(event as never)
      } catch (error) {
        report(error)
      }
    }
  }
  ofTarget[type] ??= {
    listeners,
    open: () => target.addEventListener(type, hear, { capture: true, passive: true }),
    close: () => target.removeEventListener(type, hear, true),
  }
  return ofTarget[type]
}

/**
 * Listens until the signal aborts, before the page's own listeners, whatever these stop.
 * @param types names of events, with a space between them
 * @param target the window when left out
 */
export function listen<Kind extends Event>(
  types: string,
  listener: (event: Kind) => void,
  signal: AbortSignal,
  target: EventTarget = window,
): void {
  for (const type of types.split(' ')) {
    const source = sourceOf(target, type)
    const { listeners } = source
    listeners.add(listener)
    if (!opened.has(source)) source.open()
    opened.add(source)
    // One page view follows the other: most of what one lets go of, the next one asks for again.
    const closeUnused = () => {
      if (listeners.size === 0 && opened.delete(source)) source.close()
    }
    onAbort(() => {
      listeners.delete(listener)
      queueMicrotask(closeUnused)
    }, signal)
  }
}

/**
 * Has events put into a list until the signal aborts, by the list's own `push`: to enter a function of the browser's costs a page a quarter
 * of what the shortest script does.
 */
export function gather(types: string, events: Event[], signal: AbortSignal, target: EventTarget = window): void {
  const listener = push.bind(events) as EventListener
  for (const type of types.split(' ')) {
    // In the capturing phase it would come for each element that the mouse leaves.
    const options = { capture: type !== 'mouseleave', passive: true, signal }
    const source = { open: () => target.addEventListener(type, listener, options) }
    source.open()
    opened.add(source)
    onAbort(() => opened.delete(source), signal)
  }
}

/**
 * Listens again, where that is needed: document.open() takes every listener off a document and its window.
 * https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#document-open-steps
 */
export function renewListeners(): void {
  for (const source of opened) source.open()
}

/** So much later than asked for, in ms, a timer rings, lest it has to be set again for what comes shortly after what it was set for. */
const LATE = 40

/**
 * A timer that calls back unless the signal aborts before.
 * @returns puts it off to so many ms from now; never to an earlier time than before
 */
export function timer(callback: () => void, signal: AbortSignal): (ms: number) => void {
  let set: ReturnType<typeof setTimeout> | undefined
  let due = 0
  const ring = guard(() => {
    // Looking at the clock when it rings costs less than setting a timer anew each time.
    const left = due - elapsed()
    set = left > 1 ? setTimeout(ring, left) : undefined
    if (!set) callback()
  })
  onAbort(() => clearTimeout(set), signal)
  return (ms) => {
    due = elapsed() + ms
    set ??= setTimeout(ring, ms + LATE)
  }
}

/**
 * A source of calls that is set up once for all who ask for it under one signal: what happens often is then looked at once.
 * @param start sets it up, and is given the function that calls all of them
 */
export function shared<Given extends { readonly signal: AbortSignal }, Told extends unknown[]>(
  start: (tell: (...told: Told) => void, given: Given) => void,
): (callback: (...told: Told) => void, given: Given) => void {
  const known = new WeakMap<AbortSignal, ((...told: Told) => void)[]>()
  return (callback, given) => {
    const callbacks = known.get(given.signal) ?? []
    callbacks.push(guard(callback))
    if (known.has(given.signal)) return
    known.set(given.signal, callbacks)
    start((...told) => {
      for (const each of callbacks) each(...told)
    }, given)
  }
}
