import { browser } from '../adapters/browser.ts'

const counts = new Map<number, number>()
const icons = (colour: 'on' | 'off') => Object.fromEntries([16, 32, 48].map((size) => [size, `/extension/icons/${colour}-${size}.png`]))

/** A tracker has started in the tab's own document: the icon gets its colour, and counting begins anew. */
export async function showOn(tabId: number): Promise<void> {
  counts.set(tabId, 0)
  await browser.action.setIcon({ tabId, path: icons('on') })
  await browser.action.setBadgeBackgroundColor({ color: '#0b7285' })
  await browser.action.setBadgeText({ tabId, text: '' })
}

/** Tracking has ended in a tab. */
export async function showOff(tabId: number): Promise<void> {
  counts.delete(tabId)
  await browser.action.setIcon({ tabId, path: icons('off') })
  await browser.action.setBadgeText({ tabId, text: '' })
}

/** Adds to the number of events that the tab's document has had. */
export async function count(tabId: number, events: number): Promise<void> {
  const total = (counts.get(tabId) ?? 0) + events
  counts.set(tabId, total)
  // A tab that has been closed has no badge any more.
  await browser.action.setBadgeText({ tabId, text: total > 999 ? '1k+' : String(total) }).catch((error) => console.debug(error))
}
