import type { PageView } from '@webwatch/events/config.ts'
import { listen, repeat } from '@webwatch/events/dom/listen.ts'
import { navigation, navigationEntry } from '@webwatch/events/dom/navigation.ts'

/** The Navigation API, as far as it is used here: https://html.spec.whatwg.org/multipage/nav-history-apis.html#navigation-interface */
interface CurrentEntryChange extends Event {
  readonly navigationType: 'push' | 'replace' | 'reload' | 'traverse' | null
}

/** What makes one page another: its path, and the fragment where that is a route. */
const routeOf = ({ origin, pathname, hash }: URL) => origin + pathname + (/^#[!/]/.test(hash) ? hash : '')

/**
 * Tells whether going from one address to another inside a document is a new page view.
 * @param type how the history changed: an entry that is replaced counts only when its path changes
 */
export function isPageView(from: string, to: string, type: CurrentEntryChange['navigationType']): boolean {
  const before = new URL(from)
  const after = new URL(to)
  return routeOf(before) !== routeOf(after) || (/push|traverse/.test(type!) && before.search !== after.search)
}

/** How a document came about that was loaded, from the browser's own record. */
export const kindOfLoad = (): PageView['kind'] => (navigationEntry()?.type === 'back_forward' ? 'back_forward' : 'load')

/** Browsers without the Navigation API are asked this often, in ms. */
const POLL = 300

/**
 * Calls back when the visitor has gone to another page inside the document, and when the page comes back from the
 * back-forward cache. The page's own functions stay as they are.
 */
export function onPageView(callback: (kind: PageView['kind'], cameAt?: number) => void): void {
  let url = location.href
  const check = (navigationType: CurrentEntryChange['navigationType']) => {
    const from = url
    url = location.href
    if (isPageView(from, url, navigationType)) callback(navigationType === 'traverse' ? 'back_forward' : 'navigate')
  }
  if (navigation) listen<CurrentEntryChange>('currententrychange', (event) => check(event.navigationType), navigation)
  else {
    // A new entry changes their number, unless the visitor had gone back by one. A link to a fragment tells of `popstate` too.
    let entries = history.length
    const look = (ifAsMany: 'traverse' | 'replace') => {
      check(history.length === entries ? ifAsMany : 'push')
      entries = history.length
    }
    listen('popstate', () => look('traverse'))
    repeat(() => look('replace'), POLL)
  }
  listen<PageTransitionEvent>('pageshow', ({ persisted, timeStamp }) => persisted && callback('restore', timeStamp))
}
