import type { Capture } from '../definition.ts'
import { listen } from '../dom/listen.ts'
import { isMasked, pathOf, selectorOf } from '../dom/target.ts'
import type { copy } from './schema.ts'

/** Copies to the clipboard. */
export const capture: Capture<typeof copy> = ({ emit, config, signal }) => {
  const listener = (event: Event) => {
    const [element] = pathOf(event)
    if (!event.isTrusted || !element || isMasked(element, config)) return
    // Fields have a selection of their own.
    const { selectionStart, selectionEnd } = element as HTMLInputElement
    emit({ length: selectionEnd == null ? `${getSelection()}`.length : selectionEnd - selectionStart!, target: selectorOf(element) })
  }
  listen('copy cut', listener, signal)
}
