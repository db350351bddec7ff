import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { launchChromium, launchFirefox, type Page } from './browsers/index.ts'
import { type Shop, visitShop } from './shop.ts'

/** All that a page can find out about itself: names, functions, storage, document, requests. */
function selfPortrait() {
  const nativeOwners = [
    EventTarget,
    Node,
    Element,
    HTMLElement,
    HTMLFormElement,
    HTMLMediaElement,
    History,
    Document,
    Storage,
    XMLHttpRequest,
  ]
  const sources: Record<string, string> = { fetch: String(fetch), sendBeacon: String(navigator.sendBeacon) }
  for (const owner of nativeOwners) {
    for (const [name, { value, get, set }] of Object.entries(Object.getOwnPropertyDescriptors(owner.prototype))) {
      sources[`${owner.name}.${name}`] = [value, get, set].map((member) => (typeof member === 'function' ? String(member) : '')).join()
    }
  }
  return {
    globals: Object.getOwnPropertyNames(window)
      .filter((name) => !/^\d+$/.test(name))
      .sort(),
    sources,
    storage: [Object.keys(localStorage), Object.keys(sessionStorage)],
    cookie: document.cookie,
    html: document.documentElement.outerHTML.replace(/blob:[^"]+/, ''),
    styles: document.styleSheets.length + document.adoptedStyleSheets.length,
    // The shop's own files load when they like: lazily, or from the cache.
    requests: performance
      .getEntriesByType('resource')
      .map(({ name }) => new URL(name).pathname)
      .filter((path) => !path.startsWith('/demo/')),
  }
}

async function portrait(page: Page, url: string) {
  await page.goto(url)
  await page.click('#button-plain')
  await page.type('#field-text', 'tea')
  await delay(1_500)
  return page.evaluate(selfPortrait)
}

describe.each([
  ['chromium', launchChromium],
  ['firefox', launchFirefox],
] as const)('%s', (name, launch) => {
  let shop: Shop
  beforeAll(async () => {
    shop = await visitShop(name)
  })
  afterAll(() => shop?.close())

  it('leaves no trace of the extension that a page could find', async () => {
    const plain = await launch()
    onTestFinished(plain.close)

    const watched = await portrait(shop.page, shop.url)
    const unwatched = await portrait(await plain.newPage(), shop.url)
    expect(watched).toEqual(unwatched)
    // Meanwhile the page was watched.
    expect((await shop.collector.events('click')).length).toBeGreaterThan(0)
  })

  it('is not heard by a page in a window that it has opened', async () => {
    const { heard, isKept } = await shop.page.evaluate(async (url: string) => {
      const heard: string[] = []
      const opened = open(url)! as Window & { mark?: true }
      opened.mark = true
      // As it is before its document has come.
      for (const name of ['webwatch-offer', 'webwatch-ask']) opened.addEventListener(name, () => heard.push(name))
      const isLoaded = () => opened.location.href === url && opened.document.readyState === 'complete'
      while (!isLoaded()) await new Promise((resolve) => setTimeout(resolve, 50))
      const isKept = opened.mark === true
      opened.close()
      return { heard, isKept }
    }, shop.url)
    expect({ heard, isKept }).toEqual({ heard: [], isKept: true })
  })

  it('offers a page no file of the extension', async () => {
    const files = ['manifest.json', 'extension/popup/index.html', 'extension/content/tracker.iife.js', 'extension/icons/on-48.png']
    const fetched = await shop.page.evaluate(
      (urls: string[]) =>
        Promise.all(
          urls.map((url) =>
            fetch(url)
              .then(({ ok }) => ok)
              .catch(() => false),
          ),
        ),
      files.map((file) => shop.browser.extensionUrl(file)),
    )
    expect(fetched).toEqual(files.map(() => false))
  })
})
