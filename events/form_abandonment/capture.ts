import type { Capture } from '../definition.ts'
import { isField, nameOf } from '../dom/field.ts'
import { describeForm, onSubmission } from '../dom/forms.ts'
import { listenInRoots } from '../dom/roots.ts'
import { isMasked } from '../dom/target.ts'
import { now, onEnd, secondsSince } from '../dom/view.ts'
import type { formAbandonment } from './schema.ts'

/** Forms that were begun and not submitted. */
export const capture: Capture<typeof formAbandonment> = (emit) => {
  const drafts = new Map<HTMLFormElement | null, readonly [since: number, changed: Set<Element>, last: Element]>()
  onSubmission((form, valid) => valid && drafts.delete(form))
  listenInRoots('input change', (event) => {
    const field = event.composedPath()[0] as HTMLInputElement
    const form = field.form ?? field.closest('form')
    const known = drafts.get(form)
    // Most come from going on with one field.
    if (field === known?.[2] || !event.isTrusted || !form || !isField(field) || isMasked(field) || isMasked(form)) return
    const [since, changed] = known ?? [now(), new Set()]
    drafts.set(form, [since, changed.add(field), field])
  })
  onEnd(() => {
    for (const [form, [since, changed, last]] of drafts) {
      emit(
        { ...describeForm(form!), changed: changed.size, last_field: nameOf(last), duration: secondsSince(since) },
        form!.isConnected ? form : undefined,
      )
    }
    drafts.clear()
  })
}
