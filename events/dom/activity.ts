/** Signs of a visitor who is there. */
const SIGNS = ['pointerdown', 'mousemove', 'wheel', 'touchstart', 'touchmove', 'keydown', 'scroll', 'focus']

/** Calls back at every sign of the visitor. */
export function onActivity(callback: () => void, signal: AbortSignal): void {
  for (const sign of SIGNS) window.addEventListener(sign, callback, { capture: true, passive: true, signal })
}

/** Calls back when the page is left for good or for now: hidden, put away, or its view ended. Before the tracker sends what it holds. */
export function onLeave(callback: () => void, signal: AbortSignal): void {
  window.addEventListener('pagehide', callback, { capture: true, signal })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && callback(), { capture: true, signal })
  signal.addEventListener('abort', callback, { once: true })
}
