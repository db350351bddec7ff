import { maskSecrets } from '../url.ts'
import { fits, nearest } from './selectors.ts'

const FIELDS = 'input:not([type=button],[type=submit],[type=reset],[type=image],[type=hidden]),textarea,select'

const EDITABLE = '[contenteditable]:not([contenteditable=false])'

/** Told from attributes: `isContentEditable` makes the browser calculate styles. */
const isEditable = (element: Element) => !!nearest(element, EDITABLE)

/** The element that has the focus, in whatever open shadow root it is. */
export function focused(root: DocumentOrShadowRoot = document): Element | null {
  const { activeElement } = root
  return (activeElement?.shadowRoot && focused(activeElement.shadowRoot)) ?? activeElement
}

/** Whether a visitor can fill it in. */
export const isField = (element: Element): element is HTMLInputElement => fits(element, FIELDS) || isEditable(element)

/** An attribute, as far as it may be told. */
export const textOf = (element: Element, name: string): string => maskSecrets(element.getAttribute(name) ?? '').slice(0, 256)

/** The id of a form or a field, else its name. */
export const nameOf = (element: Element): string => textOf(element, 'id') || textOf(element, 'name')

/** What may be told of a field: who it is, and never what is in it. */
export const describeField = (field: HTMLInputElement): { field_id: string; field_name: string; field_type: string } => ({
  field_id: textOf(field, 'id'),
  field_name: textOf(field, 'name'),
  field_type: isEditable(field) ? 'contenteditable' : field.localName === 'input' ? field.type : field.localName,
})

/** Whether anything is in a field. */
export function isFilled(field: HTMLInputElement): boolean {
  if (/^(checkbox|radio)$/.test(field.type)) return field.checked
  return !!(isEditable(field) ? field.textContent!.trim() : field.value)
}
