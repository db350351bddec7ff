import { browser } from '../adapters/browser.ts'

/** What stands for every number of four digits and more. */
const MANY = '1k+'
const icons = (colour: 'on' | 'off') => Object.fromEntries([16, 32, 48].map((size) => [size, `/extension/icons/${colour}-${size}.png`]))

/** A tab that has been closed meanwhile has neither icon nor badge: nothing else may fail by that. */
async function inTab(work: () => Promise<unknown>): Promise<void> {
  await work().catch((error) => console.debug(error))
}

/** A tracker has started in the tab's own document: the icon gets its colour, and counting begins anew. */
export const showOn = (tabId: number): Promise<void> =>
  inTab(async () => {
    await browser.action.setIcon({ tabId, path: icons('on') })
    await browser.action.setBadgeBackgroundColor({ color: '#0b7285' })
    await browser.action.setBadgeText({ tabId, text: '' })
  })

/** Tracking has ended in a tab. */
export const showOff = (tabId: number): Promise<void> =>
  inTab(async () => {
    await browser.action.setIcon({ tabId, path: icons('off') })
    await browser.action.setBadgeText({ tabId, text: '' })
  })

/** Adds to the number of events that the tab's document has had. It stands in the badge alone, which outlives a suspended background. */
export const count = (tabId: number, events: number): Promise<void> =>
  inTab(async () => {
    const total = Number(await browser.action.getBadgeText({ tabId })) + events
    await browser.action.setBadgeText({ tabId, text: total < 1_000 ? String(total) : MANY })
  })
