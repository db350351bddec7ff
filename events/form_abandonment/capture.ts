import type { Capture } from '../definition.ts'
import { isField, textOf } from '../dom/field.ts'
import { describeForm, onSubmission } from '../dom/forms.ts'
import { listenInRoots } from '../dom/roots.ts'
import { isMasked } from '../dom/target.ts'
import { onEnd } from '../dom/visibility.ts'
import type { formAbandonment } from './schema.ts'

/** Forms that were begun and not submitted. */
export const capture: Capture<typeof formAbandonment> = (context) => {
  const { emit, now, config, signal } = context
  const drafts = new Map<HTMLFormElement, { since: number; changed: Set<Element> }>()
  const change = (event: Event) => {
    const field = event.composedPath()[0] as HTMLInputElement
    const form = field.form ?? field.closest('form')
    if (!event.isTrusted || !form || !isField(field) || isMasked(field, config)) return
    const draft = drafts.get(form) ?? { since: now(), changed: new Set() }
    drafts.set(form, draft)
    // The last one of the set is the field that was changed last.
    draft.changed.delete(field)
    draft.changed.add(field)
  }
  const leave = () => {
    for (const [form, { since, changed }] of drafts) {
      const last = [...changed].at(-1)!
      const last_field = textOf(last, 'id') || textOf(last, 'name')
      emit({ ...describeForm(form), changed: changed.size, last_field, duration: (now() - since) / 1_000 })
    }
    drafts.clear()
  }
  onSubmission(context, (form, valid) => valid && drafts.delete(form))
  listenInRoots('input change', change, signal)
  onEnd(leave, signal)
}
