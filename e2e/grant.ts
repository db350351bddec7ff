import type { Browser } from './browsers/index.ts'

/** What Chromium's own page of extensions can do. */
interface DeveloperPrivate {
  updateProfileConfiguration(settings: { inDeveloperMode: boolean }): Promise<void>
  updateExtensionConfiguration(settings: { extensionId: string; hostAccess: 'ON_CLICK' | 'ON_ALL_SITES' }): Promise<void>
}

/** Does something on the page on which users of Chromium settle what its extensions may. */
async function onExtensionsPage(browser: Browser, run: (extensionId: string) => Promise<void>): Promise<void> {
  const page = await browser.newPage()
  await page.goto('chrome://extensions')
  await page.evaluate(run, browser.extensionUrl('').split('/')[2])
  await page.close()
}

/** Lets extensions that come from no store be loaded again: a tests' browser only loads them at its start. */
export const enterDeveloperMode = (browser: Browser): Promise<void> =>
  onExtensionsPage(browser, () => {
    const { developerPrivate } = chrome as unknown as { developerPrivate: DeveloperPrivate }
    return developerPrivate.updateProfileConfiguration({ inDeveloperMode: true })
  })

/** Takes all sites back from the extension, as a user of Chromium does on the page of its extensions. */
export const takeSitesBack = (browser: Browser): Promise<void> =>
  onExtensionsPage(browser, (extensionId) => {
    const { developerPrivate } = chrome as unknown as { developerPrivate: DeveloperPrivate }
    return developerPrivate.updateExtensionConfiguration({ extensionId, hostAccess: 'ON_CLICK' })
  })

/**
 * Lets the extension into a site, or out of it again, in a Firefox that asks nobody: on a page of the extension, since nobody can drive
 * Firefox's own.
 * @param pattern such as `http://localhost/*`
 */
export async function grantInFirefox(browser: Browser, pattern: string, isGranted: boolean): Promise<void> {
  const page = await browser.newPage()
  await page.goto(browser.extensionUrl('extension/options/index.html'))
  await page.waitFor('h1')
  await page.evaluate(
    ({ pattern, isGranted }: { pattern: string; isGranted: boolean }) => {
      const { permissions } = (globalThis as unknown as { browser: typeof chrome }).browser
      const button = Object.assign(document.createElement('button'), { id: 'grant', textContent: pattern })
      button.onclick = async () => {
        await permissions[isGranted ? 'request' : 'remove']({ origins: [pattern] })
        button.id = 'granted'
      }
      document.body.prepend(button)
    },
    { pattern, isGranted },
  )
  await page.click('#grant')
  await page.waitFor('#granted')
  await page.close()
}
