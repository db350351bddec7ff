import type { CaptureSettings, PageView } from '../config.ts'

/*
 * A document shows one page at a time. So there is one page view that is watched, and whoever watches reads here what it is, and says
 * here what is to be done with it: nothing of that is handed from function to function. All of it ends with the view.
 */

/** What the site has settled. It may change while the page is watched, and holds from then on. */
export let settings: CaptureSettings

/** How the view came about. */
export let view: PageView

/**
 * Milliseconds since the epoch; never goes backwards within a page view, and does not follow a clock that is set.
 * @param timeStamp the moment asked for, on the document's own clock, as events have it; the present one when left out
 */
export let now: (timeStamp?: number) => number

/** Seconds that have passed since a time in ms. */
export const secondsSince = (time: number): number => (now() - time) / 1_000

/** Whether this document is in a frame. Frames have no page views and durations of their own. */
export const isFramed = (): boolean => window.top !== window

// Taken at the start: what a page makes of its own functions later is not asked.
const debug = console.debug.bind(console)

/** Milliseconds since the epoch, by the system's clock. */
export const date = Date.now.bind(Date)

/** Milliseconds since the document began, by a clock that only goes forward. */
export const elapsed = performance.now.bind(performance)

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

// biome-ignore lint/suspicious/noExplicitAny: each source tells what it says it does.
type Callback = (...told: any[]) => void
let callbacks: Record<string | symbol, Map<Callback, Callback>> = {}

/** Aborts when nothing is watched any more. */
export const controller = new AbortController()

/** Calls back, until the view ends, whenever something of that name is told. */
export function on(name: string | symbol, callback: Callback): void {
  callbacks[name] = (callbacks[name] ?? new Map()).set(callback, guard(callback))
}

/** Calls all who wait for something of that name. */
export function tell(name: string | symbol, ...told: unknown[]): void {
  callbacks[name]?.forEach((guarded) => void guarded(...told))
}

/**
 * A source of calls that is set up once in a view, when the first one asks for it: what happens often is then looked at once.
 * @param start sets it up, and is given the function that calls all who have asked
 */
export function source<Told extends unknown[]>(
  start: (tell: (...told: Told) => void) => void,
): (callback: (...told: Told) => void) => void {
  const name = Symbol()
  return (callback) => {
    const isFirst = !callbacks[name]
    on(name, callback)
    if (isFirst) start((...told) => tell(name, ...told))
  }
}

/** Calls back when the page is left, be it only for now: hidden, put away, or its view ended. Before the tracker sends what it holds. */
export const onLeave = (callback: () => void): void => on('leave', callback)

/** Calls back when the page is left for good or its view ends; it can be twice. */
export const onEnd = (callback: () => void): void => on('end', callback)

/** Calls back when the view is over and nothing may be left of what watched it. */
export const onStop = (callback: () => void): void => on('stop', callback)

/** Lets all say what they still hold of the view, and drops them. */
export function endView(): void {
  for (const name of ['end', 'leave', 'stop']) tell(name)
  callbacks = {}
}

/** Begins a view, which all who are called from now on watch. */
export function beginView(its: CaptureSettings, came: PageView, clock: typeof now): void {
  settings = its
  view = came
  now = clock
}
