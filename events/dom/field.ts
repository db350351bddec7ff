import { maskSecrets } from '../url.ts'

const NO_FIELD = new Set(['button', 'submit', 'reset', 'image', 'hidden'])

/** Whether a visitor can fill it in. */
export function isField(element: Element): element is HTMLElement {
  if (element instanceof HTMLInputElement) return !NO_FIELD.has(element.type)
  return (
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement ||
    (element instanceof HTMLElement && element.isContentEditable)
  )
}

/** What may be told of a field: who it is, and never what is in it. */
export function describeField(field: HTMLElement): { field_id: string; field_name: string; field_type: string } {
  const kind = field instanceof HTMLInputElement ? field.type : field.isContentEditable ? 'contenteditable' : field.localName
  return {
    field_id: maskSecrets(field.id).slice(0, 256),
    field_name: maskSecrets(field.getAttribute('name') ?? '').slice(0, 256),
    field_type: kind,
  }
}

/** Whether anything is in a field. */
export function isFilled(field: HTMLElement): boolean {
  if (field instanceof HTMLInputElement && (field.type === 'checkbox' || field.type === 'radio')) return field.checked
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement)
    return field.value !== ''
  return (field.textContent ?? '').trim() !== ''
}
