import type { TrackedEvent } from '@webwatch/events'
import { type Browser, type Chromium, type LaunchOptions, launchChromium, launchFirefox, type Page } from '../browsers/index.ts'
import { buildExtension } from '../extension-build.ts'
import { openPopup, type Popup } from '../popup.ts'
import { type Receiver, startReceiver } from '../receiver.ts'

/** A browser with the extension, which is on for the pages of a server that also takes its events. */
export interface Tracked<Kind extends Browser = Browser> {
  readonly browser: Kind
  readonly receiver: Receiver
  readonly popup: Popup
  /** A tab that shows the page of the path that was asked for; the extension was on before it was loaded. */
  readonly page: Page
  /** The events of a type so far. What is sent twice is one event, as it is for the collector. */
  events(type: string): TrackedEvent[]
  close(): Promise<void>
}

/** How the browser is started, and what is changed in the build of the extension before. */
export interface TrackedOptions extends LaunchOptions {
  prepare?: (directory: string) => Promise<void>
  /** Something else than the browser of that name as most tests have it. */
  launch?: (options: LaunchOptions) => Promise<Browser>
}

/**
 * Starts a browser and switches the extension on.
 * @param path of the first page, without a slash at the beginning
 * @param pages of the server, by path
 * @param script what the server gives as `/tracker.js`
 */
export async function openTracked(
  name: 'chromium',
  path: string,
  pages: Receiver['pages'],
  options?: Omit<TrackedOptions, 'launch'>,
): Promise<Tracked<Chromium>>
export async function openTracked<Kind extends Browser>(
  name: 'chromium' | 'firefox',
  path: string,
  pages: Receiver['pages'],
  options: TrackedOptions & { launch(options: LaunchOptions): Promise<Kind> },
): Promise<Tracked<Kind>>
export async function openTracked(
  name: 'chromium' | 'firefox',
  path: string,
  pages: Receiver['pages'],
  options?: TrackedOptions,
): Promise<Tracked>
export async function openTracked(
  name: 'chromium' | 'firefox',
  path: string,
  pages: Receiver['pages'],
  { prepare, launch = name === 'chromium' ? launchChromium : launchFirefox, ...options }: TrackedOptions = {},
): Promise<Tracked> {
  const receiver = await startReceiver('')
  for (const [address, page] of pages) receiver.pages.set(address, page)
  const extension = await buildExtension(name, receiver.url.replace(/\/$/, ''))
  await prepare?.(extension)
  const browser = await launch({ ...options, extension })
  const page = await browser.newPage()
  await page.goto(receiver.url + path)
  const popup = await openPopup(browser, receiver.url)
  await popup.switchSite(true)
  await page.bringToFront()
  await page.goto(receiver.url + path)
  return {
    browser,
    receiver,
    popup,
    page,
    events: (type) => [...new Map(receiver.events.map((event) => [event.id, event])).values()].filter((event) => event.type === type),
    async close() {
      await browser.close()
      receiver.close()
    },
  }
}
