export type { Browser, LaunchOptions, Page, TabbedBrowser } from './browser.ts'
export { type Chromium, launchChromium } from './chromium.ts'
export { installFor, launchFirefox } from './firefox.ts'
export { launchTabbedChromium } from './tabbed-chromium.ts'
