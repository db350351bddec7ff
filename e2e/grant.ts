import type { Browser } from './browsers/index.ts'

/** A site's match pattern, and whether the user lets the extension in there. */
interface Grant {
  pattern: string
  isGranted: boolean
  /** The extension's id. */
  extension: string
}

/** What Chromium's own page of extensions can do. */
interface DeveloperPrivate {
  addHostPermission(extension: string, pattern: string): Promise<void>
  removeHostPermission(extension: string, pattern: string): Promise<void>
}

/** In Chromium, on the page of the browser on which users say which sites an extension may enter. */
async function grantInChromium(browser: Browser, grant: Grant): Promise<void> {
  const page = await browser.newPage()
  await page.goto('chrome://extensions')
  await page.evaluate(({ pattern, isGranted, extension }: Grant) => {
    const { developerPrivate } = chrome as unknown as { developerPrivate: DeveloperPrivate }
    return isGranted ? developerPrivate.addHostPermission(extension, pattern) : developerPrivate.removeHostPermission(extension, pattern)
  }, grant)
  await page.close()
}

/** In Firefox, whose own pages nobody can drive, on one of the extension; the tests' Firefox asks nobody. */
async function grantInFirefox(browser: Browser, grant: Grant): Promise<void> {
  const page = await browser.newPage()
  await page.goto(browser.extensionUrl('extension/options/index.html'))
  await page.waitFor('h1')
  await page.evaluate(({ pattern, isGranted }: Grant) => {
    const { permissions } = (globalThis as unknown as { browser: typeof chrome }).browser
    const button = Object.assign(document.createElement('button'), { id: 'grant', textContent: pattern })
    button.onclick = async () => {
      await permissions[isGranted ? 'request' : 'remove']({ origins: [pattern] })
      button.id = 'granted'
    }
    document.body.prepend(button)
  }, grant)
  await page.click('#grant')
  await page.waitFor('#granted')
  await page.close()
}

/** Lets the extension into a site, or out of it again, as a user does without it. @param pattern such as `http://localhost/*` */
export async function grant(browser: Browser, pattern: string, isGranted: boolean): Promise<void> {
  const [, , extension] = browser.extensionUrl('').split('/')
  await (browser.name === 'chromium' ? grantInChromium : grantInFirefox)(browser, { pattern, isGranted, extension: extension! })
}
