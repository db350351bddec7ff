import { listen, shared } from './listen.ts'

/** A shadow root is a node of this type: https://dom.spec.whatwg.org/#dom-node-nodetype */
const FRAGMENT = 11

/** Calls back with each open shadow root that the visitor touches, when it is first seen. */
const onRoot = shared<{ signal: AbortSignal }, [root: ShadowRoot]>((tell, { signal }) => {
  const known = new WeakSet<Node>()
  const discover = (event: Event) => {
    // Out here the target of what happens in a shadow root is its host: most events need no further look.
    if (!(event.target as Element).shadowRoot) return
    for (const node of event.composedPath() as Node[]) {
      if (node.nodeType !== FRAGMENT || known.has(node)) continue
      known.add(node)
      tell(node as ShadowRoot)
    }
  }
  listen('focusin pointerdown pointerover wheel', discover, signal)
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
