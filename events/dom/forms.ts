import { isField, nameOf, textOf } from './field.ts'
import { listen } from './listen.ts'
import { type NavigateEvent, navigation } from './navigation.ts'
import { listenInRoots } from './roots.ts'
import { isMasked } from './target.ts'
import { guard, now, onEnd, source } from './view.ts'

/** Time in ms within which a navigation follows form.submit(), and a failed check an attempt of the visitor's. */
const SOON = 1_000
/** Time in ms within which form.submit() goes on with an attempt, as a page has it that asks a server or the visitor once more. */
const GOES_ON = 60_000

/** What may be told of a form. Asked of the element itself: a field that is called `elements` hides the form's own property. */
export const describeForm = (form: HTMLFormElement): { form_id: string; form_class: string; fields: number } => ({
  form_id: nameOf(form),
  form_class: textOf(form, 'class'),
  fields: [...(Reflect.get(HTMLFormElement.prototype, 'elements', form) as HTMLFormControlsCollection)].filter(isField).length,
})

/**
 * Calls back once for each attempt to submit a form, whoever makes it: by click, Enter, requestSubmit() or form.submit(). It is told
 * whether the browser let it pass.
 */
export const onSubmission = source<[form: HTMLFormElement, valid: boolean]>((tell) => {
  let failing: HTMLFormElement | undefined
  const submitted = new WeakMap<HTMLFormElement, number>()
  let collected: HTMLFormElement | undefined
  let collectedAt = 0
  let attemptedAt = 0

  const attempted = (form: HTMLFormElement, valid: boolean) => {
    collected = undefined
    tell(form, valid)
  }
  const tellFailure = guard(() => {
    attempted(failing!, false)
    failing = undefined
  })
  listenInRoots('submit formdata invalid', ({ type, target }: Event) => {
    const form = type === 'invalid' ? (target as HTMLInputElement).form : (target as HTMLFormElement)
    // Now, since a page may take a form away as soon as it is sent.
    if (!form || isMasked(form)) return
    if (type === 'submit') {
      submitted.set(form, now())
      attempted(form, true)
    } else if (type === 'formdata') {
      // form.submit() sends no submit event, but collects the data, as a page does that only looks at it: see `leave`.
      // After a submit event it is how a page goes on with that attempt.
      if (now() - submitted.get(form)! < GOES_ON) return
      collected = form
      collectedAt = now()
    } else if (now() - attemptedAt < SOON) {
      // All invalid fields of one attempt come together. When nobody has tried, the page only looks at its fields.
      if (!failing) queueMicrotask(tellFailure)
      failing = form
    }
  })
  listen<KeyboardEvent>('click keydown', ({ key, target }) => {
    if (key ? key === 'Enter' : !isField(target as Element)) attemptedAt = now()
  })
  const leave = () => {
    if (collected && now() - collectedAt < SOON) attempted(collected, true)
  }
  // A link that is followed is no form.submit(), though the page may just have looked at a form, to save what is in it.
  if (navigation)
    listen<NavigateEvent>(
      'navigate',
      ({ destination, sourceElement }) => destination.sameDocument || (sourceElement ?? collected) !== collected || leave(),
      navigation,
    )
  // Without the Navigation API the end of the page has to do, which comes only when the server has answered.
  else onEnd(leave)
})
