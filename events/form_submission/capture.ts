import type { Capture } from '../definition.ts'
import { isField } from '../dom/field.ts'
import { listenInRoots } from '../dom/roots.ts'
import { isMasked, pathOf } from '../dom/target.ts'
import { maskSecrets } from '../url.ts'
import type { formSubmission } from './schema.ts'

/** Time in ms within which a navigation follows form.submit(), and a failed check an attempt of the visitor's. */
const SOON = 1_000

/** Attempts to submit a form, whoever makes them. */
export const capture: Capture<typeof formSubmission> = ({ emit, now, config, signal }) => {
  const failing = new Set<HTMLFormElement>()
  const submitted = new WeakMap<HTMLFormElement, number>()
  let unexplained: { form: HTMLFormElement; time: number } | undefined
  let lastAttempt = Number.NEGATIVE_INFINITY

  const tell = (form: HTMLFormElement, valid: boolean) => {
    submitted.set(form, now())
    const fields = [...form.elements].filter(isField).length
    const name = form.getAttribute('id') ?? form.getAttribute('name') ?? ''
    emit({
      form_id: maskSecrets(name).slice(0, 256),
      form_class: maskSecrets(form.getAttribute('class') ?? '').slice(0, 256),
      fields,
      valid,
    })
  }
  const tellFailures = () => {
    for (const form of failing) tell(form, false)
    failing.clear()
  }
  const listener = (event: Event) => {
    const source = event.composedPath()[0]
    const form = source instanceof HTMLFormElement ? source : (source as HTMLInputElement).form
    if (!form || isMasked(pathOf(event), config.maskSelectors)) return
    if (event.type === 'submit') tell(form, true)
    else if (event.type === 'formdata') {
      // form.submit() sends no submit event, but collects the data. So does a page that only looks at it: see `leaving`.
      if (now() - (submitted.get(form) ?? Number.NEGATIVE_INFINITY) > SOON) unexplained = { form, time: now() }
    } else if (event.isTrusted && now() - lastAttempt < SOON) {
      if (failing.size === 0) queueMicrotask(tellFailures)
      failing.add(form)
    }
  }
  const leaving = () => {
    if (unexplained && now() - unexplained.time < SOON) tell(unexplained.form, true)
    unexplained = undefined
  }
  const attempt = () => {
    lastAttempt = now()
  }
  listenInRoots(['submit', 'formdata', 'invalid'], listener, signal)
  for (const type of ['click', 'keydown']) window.addEventListener(type, attempt, { capture: true, passive: true, signal })
  for (const type of ['beforeunload', 'pagehide']) window.addEventListener(type, leaving, { capture: true, signal })
}
