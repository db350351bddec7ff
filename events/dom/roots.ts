import { listen } from './listen.ts'

/**
 * Listens in the document and in every open shadow root that the visitor touches: submit, change, scroll and media events
 * do not leave a shadow root, nor does a change of focus within one. Every event comes once.
 * @param types names of events, with a space between them
 * @param found called with each shadow root when it is first seen
 */
export function listenInRoots<Kind extends Event>(
  types: string,
  listener: (event: Kind) => void,
  signal: AbortSignal,
  found?: (root: ShadowRoot) => void,
): void {
  const known = new WeakSet<EventTarget>()
  let last: Event | undefined
  const once = (event: Kind) => {
    if (event !== last) listener(event)
    last = event
  }
  const discover = (event: Event) => {
    for (const node of event.composedPath()) {
      if (!(node instanceof ShadowRoot) || known.has(node)) continue
      known.add(node)
      listen(types, once, signal, node)
      found?.(node)
    }
  }
  listen('focusin pointerdown pointerover', discover, signal)
  listen(types, once, signal)
}
