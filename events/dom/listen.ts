// Taken at the start: what a page makes of its console later is not asked.
const debug = console.debug.bind(console)

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
 * @returns sets it to so many ms from now, whatever it was set to before
 */
export function timer(callback: () => void, signal: AbortSignal): (ms: number) => void {
  let set: ReturnType<typeof setTimeout> | undefined
  const clear = () => clearTimeout(set)
  onAbort(clear, signal)
  return (ms) => {
    clear()
    set = setTimeout(guard(callback), ms)
  }
}
