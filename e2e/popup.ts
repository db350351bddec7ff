import type { Browser, Page } from './browsers/index.ts'
import { until } from './until.ts'

/** A row of the popup's log. */
export interface Row {
  id: string
  type: string
  state: string
}

/** The popup of a tab, opened as a tab of its own. */
export interface Popup {
  page: Page
  /** Presses the site's switch until it shows the wanted position. */
  switchSite(on: boolean): Promise<void>
  /** The rows of one type that the log shows. */
  rows(type: string): Promise<Row[]>
  /** What stands in the badge of the tab. */
  badge(): Promise<string>
}

interface ExtensionApi {
  tabs: { query(filter: object): Promise<{ id?: number; url?: string }[]> }
  action: { getBadgeText(of: { tabId: number }): Promise<string> }
}

/** Opens the popup for the tab whose address begins with `url`. */
export async function openPopup(browser: Browser, url: string): Promise<Popup> {
  const page = await browser.newPage()
  await page.goto(browser.extensionUrl('extension/popup/index.html'))
  await page.waitFor('[data-testid="site-toggle"]')
  const tab = await until(`there is a tab at ${url}`, () =>
    page.evaluate(async (start: string) => {
      const api = (globalThis as unknown as { browser?: ExtensionApi; chrome: ExtensionApi }).browser ?? (chrome as unknown as ExtensionApi)
      return (await api.tabs.query({})).find((tab) => tab.url?.startsWith(start))?.id
    }, url),
  )
  await page.goto(browser.extensionUrl(`extension/popup/index.html?tab=${tab}`))
  await page.waitFor('[data-testid="site-toggle"]:not(:disabled)')
  const isOn = () => page.evaluate(() => document.querySelector<HTMLInputElement>('[data-testid="site-toggle"]')!.checked)
  return {
    page,
    async switchSite(on) {
      if ((await isOn()) !== on) await page.click('[data-testid="site-toggle"]')
      await until(`the site is switched ${on ? 'on' : 'off'}`, async () => (await isOn()) === on)
    },
    badge: () =>
      page.evaluate((tabId: number) => {
        const api =
          (globalThis as unknown as { browser?: ExtensionApi; chrome: ExtensionApi }).browser ?? (chrome as unknown as ExtensionApi)
        return api.action.getBadgeText({ tabId })
      }, tab),
    async rows(type) {
      await page.evaluate((value: string) => {
        const select = document.querySelector<HTMLSelectElement>('[data-testid="filter-type"]')!
        // React listens to the element's own setter.
        Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value')!.set!.call(select, value)
        select.dispatchEvent(new Event('change', { bubbles: true }))
      }, type)
      return page.evaluate(
        (wanted: string) =>
          [...document.querySelectorAll<HTMLElement>('[data-testid="event-row"]')]
            .map(({ dataset }) => ({ id: dataset.eventId!, type: dataset.type!, state: dataset.state! }))
            .filter((row) => row.type === wanted),
        type,
      )
    },
  }
}
