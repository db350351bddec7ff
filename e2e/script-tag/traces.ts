import type { Page } from '../browsers/index.ts'

/** All that a tracker could have left in a page: names of storage keys, cookies and databases. */
export function tracesIn(page: Page): Promise<string[]> {
  return page.evaluate(async () => [
    ...Object.keys(localStorage),
    ...Object.keys(sessionStorage),
    ...document.cookie.split('; ').filter(Boolean),
    ...(await indexedDB.databases()).map(({ name }) => name ?? ''),
    ...(await caches.keys()),
  ])
}
