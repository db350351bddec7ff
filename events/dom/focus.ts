import { focused, isField } from './field.ts'
import { listenInRoots } from './roots.ts'
import { onEnd, source } from './view.ts'

/**
 * Follows the visitor from field to field: calls back with each field that is entered, but for the one that has the focus already, and
 * with each that is left for something else in the page, or has the focus when the view ends. Browsers take the focus away and give it
 * back when the tab is left: neither is told.
 */
export const onFocus = source<[field: HTMLInputElement, isEntered: boolean]>((tell) => {
  let current: HTMLInputElement | undefined
  const move = (element?: Element | null, isEntered = true) => {
    if (element === current) return
    const left = current
    current = element && isField(element) ? element : undefined
    if (left) tell(left, false)
    if (current && isEntered) tell(current, true)
  }
  listenInRoots<FocusEvent>('focusin focusout', ({ type, target }) => {
    if (type === 'focusin') move(focused() ?? (target as Element))
    else if (document.hasFocus() && focused() !== current) move()
  })
  move(focused(), false)
  onEnd(() => move())
})
