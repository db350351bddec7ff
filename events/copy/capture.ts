import type { Capture } from '../definition.ts'
import { listen } from '../dom/listen.ts'
import { pathOf, selectorOf } from '../dom/target.ts'
import type { copy } from './schema.ts'

/** Copies to the clipboard. */
export const capture: Capture<typeof copy> = (emit) =>
  listen('copy cut', (event) => {
    const [element] = pathOf(event)
    if (!event.isTrusted || !element) return
    // Fields have a selection of their own.
    const { selectionStart, selectionEnd } = element as HTMLInputElement
    const length = selectionEnd! - selectionStart! || `${getSelection()}`.length
    emit({ length, target: selectorOf(element) }, element)
  })
