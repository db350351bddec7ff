export type { Browser, LaunchOptions, Page } from './browser.ts'
export { type Chromium, launchChromium } from './chromium.ts'
export { launchFirefox } from './firefox.ts'
