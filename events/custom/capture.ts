import type { Capture } from '../definition.ts'
import { on } from '../dom/view.ts'
import type { custom } from './schema.ts'

/** Events of the page's own. They are the page's at that moment: what it makes of its object later changes nothing. */
export const capture: Capture<typeof custom> = (emit) => on('custom', (report) => emit(structuredClone(report)))
