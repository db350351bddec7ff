import { listen, shared } from './listen.ts'
import { onPointer } from './pointer.ts'

/** A shadow root is a node of this type: https://dom.spec.whatwg.org/#dom-node-nodetype */
const FRAGMENT = 11

/** Calls back with each open shadow root that the visitor touches, when it is first seen. */
const onRoot = shared<{ signal: AbortSignal }, [root: ShadowRoot]>((tell, given) => {
  const known = new WeakSet<Node>()
  const discover = (path: readonly EventTarget[]) => {
    for (const node of path as Node[]) {
      if (node.nodeType !== FRAGMENT || known.has(node)) continue
      known.add(node)
      tell(node as ShadowRoot)
    }
  }
  listen('focusin pointerdown wheel', (event) => discover(event.composedPath()), given.signal)
  onPointer((steps) => {
    for (const { event, path } of steps) if (event.type === 'pointerover') discover(path)
  }, given)
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
  signal: AbortSignal,
  found?: (root: ShadowRoot) => void,
): void {
  let last: Event | undefined
  const once = (event: Kind) => {
    if (event !== last) listener(event)
    last = event
  }
  onRoot(
    (root) => {
      listen(types, once, signal, root)
      found?.(root)
    },
    { signal },
  )
  listen(types, once, signal)
}
