/**
 * Listens in the document and in every open shadow root that the visitor touches: submit, change and media events
 * do not leave a shadow root. Listeners run before the page's own, whatever these stop.
 */
export function listenInRoots(types: readonly string[], listener: (event: Event) => void, signal: AbortSignal): void {
  const known = new WeakSet<EventTarget>()
  const listen = (root: EventTarget) => {
    if (known.has(root)) return
    known.add(root)
    for (const type of types) root.addEventListener(type, listener, { capture: true, passive: true, signal })
  }
  const discover = (event: Event) => {
    for (const node of event.composedPath()) if (node instanceof ShadowRoot) listen(node)
  }
  listen(window)
  for (const type of ['focusin', 'pointerdown', 'pointerover'])
    window.addEventListener(type, discover, { capture: true, passive: true, signal })
}
