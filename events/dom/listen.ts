// Taken at the start: what a page makes of its console later is not asked.
const debug = console.debug.bind(console)
const elapsed = performance.now.bind(performance)

/** Makes a callback of ours safe for the page: a mistake in it ends in the console, never in the page's own error handlers. */
export const guard =
  <Given extends unknown[]>(run: (...given: Given) => void) =>
  (...given: Given): void => {
    try {
      run(...given)
    } catch (error) {
      debug('WebWatch', error)
    }
  }

/** Calls back when the signal aborts. */
export const onAbort = (callback: () => void, signal: AbortSignal): void => signal.addEventListener('abort', guard(callback))

const renewals = new Set<() => void>()

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
  const safe = guard(listener) as EventListener
  const renew = () => {
    for (const type of types.split(' ')) target.addEventListener(type, safe, { capture: true, passive: true, signal })
  }
  renew()
  renewals.add(renew)
  onAbort(() => renewals.delete(renew), signal)
}

/**
 * Listens again, where that is needed: document.open() takes every listener off a document and its window.
 * https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#document-open-steps
 */
export function renewListeners(): void {
  for (const renew of renewals) renew()
}

/**
 * A timer that calls back unless the signal aborts before.
 * @returns puts it off to so many ms from now; never to an earlier time than before
 */
export function timer(callback: () => void, signal: AbortSignal): (ms: number) => void {
  let set: ReturnType<typeof setTimeout> | undefined
  let due = 0
  const ring = guard(() => {
    // Looking at the clock with each move of the mouse costs less than setting a timer with each.
    const left = due - elapsed()
    set = left > 1 ? setTimeout(ring, left) : undefined
    if (!set) callback()
  })
  onAbort(() => clearTimeout(set), signal)
  return (ms) => {
    due = elapsed() + ms
    set ??= setTimeout(ring, ms)
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
