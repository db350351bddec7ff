import type { AnyContext } from '../definition.ts'
import { isField } from './field.ts'
import { listenInRoots } from './roots.ts'
import { isMasked } from './target.ts'

/** The element that has the focus, in whatever open shadow root it is. */
function focused(): Element | null | undefined {
  let active = document.activeElement
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
  return active
}

/**
 * Follows the visitor from field to field. Browsers take the focus away and give it back when the tab is left: neither is told.
 * @param enter called with each field that is entered; not with the one that has the focus already
 * @param leave called with each field that is left for something else in the page
 * @returns leaves the field that the visitor is in
 */
export function followFocus(
  { config, signal }: AnyContext,
  enter: (field: HTMLInputElement) => void,
  leave?: (field: HTMLInputElement) => void,
): () => void {
  let current: HTMLInputElement | undefined
  const end = () => {
    if (current) leave?.(current)
    current = undefined
  }
  const begin = (element: Element | null | undefined) => {
    if (element === current) return
    end()
    if (element && isField(element) && !isMasked(element, config)) current = element
  }
  const listener = ({ type, target }: Event) => {
    const before = current
    if (type === 'focusin') {
      begin(focused() ?? (target as Element))
      if (current && current !== before) enter(current)
    } else if (document.hasFocus() && focused() !== current) end()
  }
  listenInRoots('focusin focusout', listener, signal)
  begin(focused())
  return end
}
