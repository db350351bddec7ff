import { type Browser, type Chromium, type LaunchOptions, launchChromium, launchFirefox, type Page } from './browsers/index.ts'
import { type CollectorProcess, collectorProcess } from './collector-process.ts'
import { buildExtension } from './extension-build.ts'
import { freePort } from './free-port.ts'
import { openPopup, type Popup } from './popup.ts'

/** A visitor with the extension at the demo shop, which is switched on through the popup. */
export interface Shop<Kind extends Browser = Browser> {
  browser: Kind
  collector: CollectorProcess
  /** The shop's page that has one of everything. */
  url: string
  page: Page
  popup: Popup
  close(): Promise<void>
}

/**
 * Starts a collector and a browser, opens the shop, and switches it on.
 * @param env of the collector; the embedded store when it names no Kafka
 * @param options of the browser
 */
export async function visitShop(name: 'chromium', env?: Record<string, string>, options?: LaunchOptions): Promise<Shop<Chromium>>
export async function visitShop(name: 'chromium' | 'firefox', env?: Record<string, string>, options?: LaunchOptions): Promise<Shop>
export async function visitShop(
  name: 'chromium' | 'firefox',
  env: Record<string, string> = {},
  options: LaunchOptions = {},
): Promise<Shop> {
  const collector = await collectorProcess(await freePort(), env)
  const launch = name === 'chromium' ? launchChromium : launchFirefox
  const start = async () => launch({ ...options, extension: await buildExtension(name, collector.url) })
  const [browser] = await Promise.all([start(), collector.start()])
  const url = `${collector.url}/demo/everything.html`
  const page = await browser.newPage()
  await page.goto(url)
  const popup = await openPopup(browser, url)
  await popup.switchSite(true)
  await page.bringToFront()
  const close = async () => {
    await browser.close()
    await collector.dispose()
  }
  return { browser, collector, url, page, popup, close }
}
