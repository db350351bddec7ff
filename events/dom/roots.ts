import { listen } from './listen.ts'
import { onPointer } from './pointer.ts'
import { around, hostOf, pathOf } from './target.ts'
import { source } from './view.ts'

/** Calls back with each open shadow root that the visitor touches, when it is first seen: a second late at most, where the pointer only passes. */
const onRoot = source<[root: ShadowRoot]>((tell) => {
  const known = new WeakSet<Node>()
  const discover = (path: readonly Element[]) => {
    for (const element of path) {
      const root = hostOf(element)?.shadowRoot
      if (!root || known.has(root)) continue
      known.add(root)
      tell(root)
    }
  }
  let last: Element | undefined
  // Out here the target of what happens in a shadow root is its host: most events need no further look.
  listen('focusin pointerdown wheel', (event) => (event.target as Element).shadowRoot && discover(pathOf(event)))
  onPointer((steps) => {
    for (const { event, over } of steps) {
      if (over !== last && over !== event.target) discover(around(over))
      last = over
    }
  })
})

/**
 * Listens in the document and in every open shadow root that the visitor touches: submit, change, scroll and media events
 * do not leave a shadow root, nor does a change of focus within one. Every event comes once.
 * @param types names of events, with a space between them
 * @param found called with each shadow root when it is first seen
 */
export function listenInRoots<Kind extends Event>(
  types: string,
  listener: (event: Kind) => void,
  found?: (root: ShadowRoot) => void,
): void {
  onRoot((root) => {
    listen(types, listener, root)
    found?.(root)
  })
  listen(types, listener)
}
