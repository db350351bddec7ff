import { listen, onAbort, shared } from './listen.ts'

/** Whether the visitor can see the page. */
export const isVisible = (): boolean => document.visibilityState === 'visible'

/** Calls back when the page is shown or hidden. */
export const onVisibility = (callback: () => void, signal: AbortSignal): void => listen('visibilitychange', callback, signal, document)

/** Calls back when the page is left for good or its view ends. */
export function onEnd(callback: () => void, signal: AbortSignal): void {
  listen('pagehide', callback, signal)
  onAbort(callback, signal)
}

/** Calls back when the page is left, be it only for now: hidden, put away, or its view ended. Before the tracker sends what it holds. */
export function onLeave(callback: () => void, signal: AbortSignal): void {
  onEnd(callback, signal)
  onVisibility(() => isVisible() || callback(), signal)
}

/**
 * Calls back at every sign of a visitor who is there. What a page does by itself is none: it can scroll and move the focus.
 * A mouse that lies still is none either, though browsers report it anew whenever the page moves under it.
 */
export const onActivity = shared<{ signal: AbortSignal }, []>((tell, { signal }) => {
  let x: number
  let y: number
  const listener = ({ type, target, screenX, screenY }: PointerEvent) => {
    if (type === 'pointermove') {
      if (screenX === x && screenY === y) return
      x = screenX
      y = screenY
    } else if (type === 'focus' && target !== window) return
    tell()
  }
  listen('pointerdown pointermove wheel touchstart touchmove keydown focus', listener, signal)
})
