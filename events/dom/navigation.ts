/** What the browser keeps of how the document was loaded: https://w3c.github.io/navigation-timing/ */
export function navigationEntry(): (PerformanceNavigationTiming & { readonly activationStart?: number }) | undefined {
  return performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined
}
