/** The part of https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-navigateevent-interface that is used here. */
export interface NavigateEvent extends Event {
  readonly destination: { readonly url: string; readonly sameDocument: boolean }
  /** What it is to be saved as, where it is; empty when that is left to the browser. */
  readonly downloadRequest: string | null
  /** What was followed or submitted, wherever it is. */
  readonly sourceElement?: Element | null
}

const found = (globalThis as { navigation?: EventTarget & { readonly entries?: unknown } }).navigation

/** The browser's Navigation API, where it has one. Else it may be the element with that id. */
export const navigation: EventTarget | undefined = found?.entries ? found : undefined

/** What the browser keeps of how the document was loaded: https://w3c.github.io/navigation-timing/ */
export function navigationEntry(): (PerformanceNavigationTiming & { readonly activationStart?: number }) | undefined {
  return performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined
}
