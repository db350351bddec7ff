import type { PageView } from '@webwatch/events/config.ts'

/** The Navigation API, as far as it is used here: https://html.spec.whatwg.org/multipage/nav-history-apis.html#navigation-interface */
interface Navigation extends EventTarget {
  readonly currentEntry: { readonly url: string | null } | null
}
interface CurrentEntryChange extends Event {
  readonly navigationType: 'push' | 'replace' | 'reload' | 'traverse' | null
}

/** What makes one page another: its path, and the fragment where that is a route. */
const pathOf = (url: URL) => url.origin + url.pathname + (/^#[!/]/.test(url.hash) ? url.hash : '')

/**
 * Tells whether going from one address to another inside a document is a new page view.
 * @param type how the history changed: an entry that is replaced counts only when its path changes
 */
export function isPageView(from: string, to: string, type: CurrentEntryChange['navigationType']): boolean {
  const [before, after] = [new URL(from), new URL(to)]
  if (pathOf(before) !== pathOf(after)) return true
  return type !== 'replace' && type !== null && before.search !== after.search
}

/** How a document came about that was loaded, from the browser's own record. */
export function kindOfLoad(): PageView['kind'] {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return entry?.type === 'back_forward' ? 'back_forward' : 'load'
}

/** Browsers without the Navigation API are asked this often, in ms. */
const POLL = 300

/**
 * Calls back when the visitor has gone to another page inside the document, and when the page comes back from the
 * back-forward cache. The page's own functions stay as they are.
 */
export function onPageView(callback: (kind: PageView['kind']) => void, signal: AbortSignal): void {
  let url = location.href
  const check = (type: CurrentEntryChange['navigationType']) => {
    const from = url
    url = location.href
    if (from !== url && isPageView(from, url, type)) callback(type === 'traverse' ? 'back_forward' : 'navigate')
  }
  const navigation = (window as { navigation?: Navigation }).navigation
  if (navigation) {
    navigation.addEventListener('currententrychange', (event) => check((event as CurrentEntryChange).navigationType), { signal })
  } else {
    let traversed = false
    window.addEventListener('popstate', () => (traversed = true), { capture: true, signal })
    const timer = setInterval(() => {
      check(traversed ? 'traverse' : 'replace')
      traversed = false
    }, POLL)
    signal.addEventListener('abort', () => clearInterval(timer))
  }
  window.addEventListener('pageshow', (event) => event.persisted && callback('restore'), { capture: true, signal })
}
