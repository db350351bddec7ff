import { guard, listen, onAbort } from './listen.ts'

/** Whether the visitor can see the page. */
export const isVisible = (): boolean => document.visibilityState === 'visible'

/** Calls back when the page is shown or hidden. */
export const onVisibility = (callback: () => void, signal: AbortSignal): void => listen('visibilitychange', callback, signal, document)

/**
 * Calls back when the page is left for good or its view ends; it can be twice. The listener of its own is for Firefox: of a tab that is closed
 * it calls that one, and not the one that is shared.
 */
export function onEnd(callback: () => void, signal: AbortSignal): void {
  listen('pagehide', callback, signal)
  window.addEventListener('pagehide', guard(callback), { capture: true, signal })
  onAbort(callback, signal)
}

/** Calls back when the page is left, be it only for now: hidden, put away, or its view ended. Before the tracker sends what it holds. */
export function onLeave(callback: () => void, signal: AbortSignal): void {
  onEnd(callback, signal)
  onVisibility(() => isVisible() || callback(), signal)
}
