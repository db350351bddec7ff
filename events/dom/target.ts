import { maskSecrets } from '../url.ts'

const CONTROLS =
  'a[href],area[href],button,input,select,textarea,label,summary,option,[contenteditable=""],[contenteditable="true"],' +
  '[role="button"],[role="link"],[role="menuitem"],[role="tab"],[role="checkbox"],[role="radio"],[role="switch"],[role="option"]'

/** Elements that an event went through, innermost first; open shadow roots and the document are left out. */
export function pathOf(event: Event): Element[] {
  return event.composedPath().filter((node): node is Element => node instanceof Element)
}

/** Whether an element, or one that holds it, must not be mentioned. */
export function isMasked(path: readonly Element[], maskSelectors: readonly string[]): boolean {
  const selector = ['[data-webwatch-ignore]', ...maskSelectors].join()
  return path.some((element) => element.matches(selector))
}

/** The control that an event belongs to: not the icon in a button, but the button. The innermost element where there is no control. */
export function controlOf(path: readonly Element[]): Element | undefined {
  return path.find((element) => element.matches(CONTROLS)) ?? path.find((element) => element instanceof HTMLElement) ?? path[0]
}

/** An attribute as part of a selector, if it is short and no secret. */
function attribute(element: Element, name: string): string | undefined {
  const value = element.getAttribute(name)
  return value && value.length <= 80 && maskSecrets(value) === value ? value : undefined
}

/** A selector of one element that needs no context, if it has one. */
function anchor(element: Element): string | undefined {
  const testId = attribute(element, 'data-testid')
  if (testId) return `[data-testid="${CSS.escape(testId)}"]`
  const id = attribute(element, 'id')
  return id && `#${CSS.escape(id)}`
}

/** One step of a path: role or tag, name, and the place among siblings where nothing else tells. */
function step(element: Element): string {
  const tag = element.localName
  const name = attribute(element, 'name')
  if (name) return `${tag}[name="${CSS.escape(name)}"]`
  const role = attribute(element, 'role')
  if (role) return `${tag}[role="${CSS.escape(role)}"]`
  const siblings = element.parentElement ? [...element.parentElement.children].filter((sibling) => sibling.localName === tag) : []
  return siblings.length > 1 ? `${tag}:nth-of-type(${siblings.indexOf(element) + 1})` : tag
}

/**
 * A short selector that stays the same from visit to visit: data-testid, id, or a path of roles and names
 * up to the nearest element that has one. Never text of the page, and nothing that looks like a secret.
 */
export function selectorOf(element: Element): string {
  const steps: string[] = []
  for (let current: Element | null = element; current && steps.length < 5; current = current.parentElement) {
    const known = anchor(current)
    steps.unshift(known ?? step(current))
    if (known || current === document.body) break
  }
  return steps.join(' > ').slice(0, 256)
}
