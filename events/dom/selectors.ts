/*
 * A form has its fields for properties, by their names: its `matches` may be a field, as on a page about sports. So the browser's own functions
 * are called.
 */

/** Whether selectors mean an element. */
export const fits = (element: Element, selectors: string): boolean => Element.prototype.matches.call(element, selectors)

/** The element itself or the nearest one around it, in its own tree, that selectors mean. */
export const nearest = (element: Element, selectors: string): Element | null => Element.prototype.closest.call(element, selectors)
