import { maskSecrets } from '../url.ts'
import { fits, nearest } from './selectors.ts'
import { settings } from './view.ts'

const CONTROLS =
  'a[href],area[href],button,input,select,textarea,label,summary,option,[contenteditable]:not([contenteditable=false]),' +
  '[role=button],[role=link],[role=menuitem],[role=tab],[role=checkbox],[role=radio],[role=switch],[role=option]'

/** The `nodeType` of documents; that of the fragments which shadow roots are comes after it. */
const DOCUMENT = 9

/** What holds the open shadow root that an element is in. A document is not asked: there a form or an image may have that name. */
export function hostOf(element: Element): Element | undefined {
  const root = element.getRootNode() as ShadowRoot
  // Not by its class: that of another frame is another one.
  return root.nodeType > DOCUMENT ? root.host : undefined
}

/** Whether an element or one around it in its own tree must not be mentioned. */
export const isHidden = (element: Element): boolean => !!nearest(element, ['[data-webwatch-ignore]', ...settings.maskSelectors].join())

/**
 * Whether an element, or one that holds it, out of shadow roots and out of frames too, must not be mentioned. What a frame of
 * another origin is in cannot be known. What the page has taken away has lost whatever held it: it is not mentioned either.
 */
export function isMasked(element: Element | null | undefined): boolean {
  for (; element; element = hostOf(element) ?? element.ownerDocument.defaultView?.frameElement)
    if (!element.isConnected || isHidden(element)) return true
  return false
}

/** An element and those around it, innermost first, out of open shadow roots: the way that its events take. */
export function around(element: Element | undefined): Element[] {
  const elements: Element[] = []
  // The document that an event may have for its target is no element.
  for (let current = element; current?.matches; ) {
    elements.push(current)
    current = current.assignedSlot ?? current.parentElement ?? hostOf(current)
  }
  return elements
}

/** Elements that an event goes through, innermost first. */
export const pathOf = (event: Event): readonly Element[] => around(event.composedPath()[0] as Element)

/** Whether visitors expect that something happens when they press it. */
export const isControl = (element: Element): boolean => fits(element, CONTROLS)

/**
 * The control that an event belongs to: not the icon in a button, but the button, and not a label, but what it labels. The innermost
 * element where there is no control.
 */
export function controlOf(path: readonly Element[]): Element | undefined {
  const pressed = path.find(isControl) ?? path.find((element) => element instanceof HTMLElement) ?? path[0]
  // Of a form it would be a field of that name.
  return (pressed?.localName === 'label' && (pressed as HTMLLabelElement).control) || pressed
}

/** The link that an event went through, if there is one with an address. */
export function linkOf(path: readonly Element[]): [link?: Element, url?: URL] {
  const link = path.find((element) => fits(element, 'a[href],area[href]'))
  const address = link?.getAttribute('href') ?? ''
  // A link in an SVG has no properties that take its address apart.
  return link && URL.canParse(address, link.baseURI) ? [link, new URL(address, link.baseURI)] : []
}

/** A selector by an attribute, if that is short and no secret. */
function named(element: Element, name: string): string | undefined {
  const value = element.getAttribute(name)
  if (!value || value.length > 80 || maskSecrets(value) !== value) return undefined
  const escaped = CSS.escape(value)
  return name === 'id' ? `#${escaped}` : `[${name}="${escaped}"]`
}

/** The place among siblings of its kind, where there are any. */
function place(element: Element): string {
  // Not its `children`: a form for bookings has a field of that name.
  const alike = ([...(element.parentElement?.childNodes ?? [])] as Element[]).filter(({ localName }) => localName === element.localName)
  return alike[1] ? `:nth-of-type(${alike.indexOf(element) + 1})` : ''
}

/**
 * A short selector that stays the same from visit to visit: data-testid, id, or a path of names and roles
 * up to the nearest element that has one. Never text of the page, and nothing that looks like a secret.
 */
export function selectorOf(element: Element): string {
  const steps: string[] = []
  for (let current: Element | null = element; current && steps.length < 5; current = current.parentElement) {
    const known = named(current, 'data-testid') ?? named(current, 'id')
    steps.unshift(known ?? current.localName + (named(current, 'name') ?? named(current, 'role') ?? place(current)))
    if (known || current === document.body) break
  }
  return steps.join(' > ').slice(0, 256)
}
