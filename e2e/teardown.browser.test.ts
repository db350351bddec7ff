import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, type Chromium, launchChromium, launchFirefox, type Page } from './browsers/index.ts'
import { openTracked, type Tracked } from './capture/tracked.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { buildTracker } from './tracker-build.ts'
import { until } from './until.ts'

/** Counts what is alive in a page: listeners, timers and observers. It runs before the tracker, which then uses these functions. */
const census = `
  const live = { listeners: new Set(), timers: new Set(), observers: new Set() }
  const { addEventListener, removeEventListener } = EventTarget.prototype
  const same = (target, type, listener) => (known) => known.target === target && known.type === type && known.listener === listener
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    // A signal's own listeners are no trace in the page.
    if (!(this instanceof AbortSignal) && ![...live.listeners].some(same(this, type, listener))) {
      const known = { target: this, type, listener }
      live.listeners.add(known)
      if (options?.signal) addEventListener.call(options.signal, 'abort', () => live.listeners.delete(known))
    }
    return addEventListener.call(this, type, listener, options)
  }
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    for (const known of live.listeners) if (same(this, type, listener)(known)) live.listeners.delete(known)
    return removeEventListener.call(this, type, listener, options)
  }
  for (const [set, clear, once] of [['setTimeout', 'clearTimeout', true], ['setInterval', 'clearInterval', false]]) {
    const [start, stop] = [window[set].bind(window), window[clear].bind(window)]
    window[set] = (callback, ms, ...given) => {
      const id = start(() => {
        if (once) live.timers.delete(id)
        callback(...given)
      }, ms)
      live.timers.add(id)
      return id
    }
    window[clear] = (id) => {
      live.timers.delete(id)
      stop(id)
    }
  }
  for (const name of ['MutationObserver', 'IntersectionObserver', 'PerformanceObserver', 'ResizeObserver']) {
    const { prototype } = window[name]
    const { observe, disconnect } = prototype
    prototype.observe = function (...given) {
      live.observers.add(this)
      return observe.apply(this, given)
    }
    prototype.disconnect = function () {
      live.observers.delete(this)
      return disconnect.call(this)
    }
  }
  window.census = () => ({ listeners: [...live.listeners].map(({ target, type }) => target.constructor.name + ' ' + type), timers: live.timers.size, observers: live.observers.size })`

type Counted = { census(): { listeners: string[]; timers: number; observers: number } }
const count = (page: Page) => page.evaluate(() => (window as unknown as Counted).census())

describe.each([
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
] as const)('%s', (_, launch) => {
  let receiver: Receiver
  let browser: Browser
  beforeAll(async () => {
    receiver = await startReceiver((await buildTracker()).script)
    browser = await launch()
  })
  afterAll(async () => {
    await browser.close()
    receiver.close()
  })

  it('leaves no listener, timer or observer behind when the script tag is stopped', async () => {
    receiver.servePage(`<!doctype html><script>${census}</script><script src="/tracker.js" data-flush-ms="200"></script>
      <body><form><input id="field"></form><button id="button">Press</button><img src="/image.svg"><video src="/clip.webm" muted></video>`)
    const page = await browser.newPage()
    await page.goto(receiver.url)
    const before = await count(page)
    expect(before.listeners.length).toBeGreaterThan(20)
    expect(before.observers).toBeGreaterThan(1)
    await page.moveMouse(200, 200, 20)
    await page.click('#button')
    await page.type('#field', 'tea')
    await page.evaluate(() => document.querySelector('video')!.play())
    await page.evaluate(() => history.pushState({}, '', '/next'))
    await page.click('#button')
    await page.moveMouse(300, 100, 5)
    expect((await count(page)).timers).toBeGreaterThan(0)
    await page.evaluate(() => window.webwatch!.stop())
    await delay(200)
    expect(await count(page)).toEqual({ listeners: [], timers: 0, observers: 0 })
    await page.close()
  })
})

let tracked: Tracked | undefined
afterEach(async () => {
  await tracked?.close()
  tracked = undefined
})

/** Has the census in the world of the content script, before the tracker takes its functions. */
async function countInContentScript(extension: string): Promise<void> {
  const files = (await readdir(extension, { recursive: true })).filter((file) => /tracker\.iife.*\.js$/.test(file))
  expect(files).not.toEqual([])
  for (const file of files) {
    const path = join(extension, file)
    // The script may be injected a second time, into a world where it runs already.
    await writeFile(path, `if (!globalThis.census) {${census}}\n${await readFile(path, 'utf8')}`)
  }
}

/** What is alive in the world of the content script of the tab that shows an address. Only the extension's own pages can ask there. */
const countInTab = ({ popup }: Tracked, url: string) =>
  popup.page.evaluate(async (wanted: string) => {
    const { tabs, scripting } = (globalThis as { browser?: typeof chrome }).browser ?? chrome
    const tab = (await tabs.query({})).find(({ url }) => url === wanted)
    const func = () => (globalThis as unknown as Counted).census()
    const [answer] = await scripting.executeScript({ target: { tabId: tab!.id! }, func })
    return answer!.result!
  }, url)

/** The content script's listeners as the browser itself knows them. The page's own are not among them: each world sees its own. */
async function listenersIn({ context, native }: Chromium, page: Page): Promise<() => Promise<string[]>> {
  const session = await context.newCDPSession(native(page))
  let world = 0
  session.on('Runtime.executionContextCreated', ({ context: { id, origin } }) => {
    if (origin.startsWith('chrome-extension://')) world = id
  })
  await session.send('Runtime.enable')
  await session.send('DOM.enable')
  return async () => {
    const found: string[] = []
    for (const expression of ['window', 'document', 'window.navigation']) {
      const { result } = await session.send('Runtime.evaluate', { contextId: world, expression })
      const answer = await session.send('DOMDebugger.getEventListeners', { objectId: result.objectId! })
      found.push(...answer.listeners.map(({ type, scriptId }) => `${expression} ${type} ${scriptId}`))
    }
    return found
  }
}

it.each(['chromium', 'firefox'] as const)(
  'leaves no listener, timer or observer behind when a site is switched off in the extension: %s',
  async (name) => {
    const html =
      '<!doctype html><input id="field"><button id="button">Press</button><img src="/image.svg"><video src="/clip.webm" muted></video>'
    tracked = await openTracked(name, 'page', new Map([['/page', { html, headers: {} }]]), { prepare: countInContentScript })
    const { browser, page, popup, events, receiver } = tracked
    const counted = () => countInTab(tracked!, `${receiver.url}page`)
    // Firefox tells nobody.
    const known = name === 'chromium' ? await listenersIn(browser as Chromium, page) : async () => (await counted()).listeners
    await page.click('#button')
    await page.type('#field', 'tea')
    await page.evaluate(() => document.querySelector('video')!.play())
    await until('the page is watched', async () => events('click').length > 0)
    await page.moveMouse(300, 100, 5)
    const before = await counted()
    expect(before.listeners.length).toBeGreaterThan(20)
    expect(before.observers).toBeGreaterThan(1)
    expect(before.timers).toBeGreaterThan(0)
    expect((await known()).length).toBeGreaterThan(20)
    await popup.page.bringToFront()
    await popup.switchSite(false)
    await until('no listener is left', async () => (await known()).length === 0)
    await delay(200)
    expect(await counted()).toEqual({ listeners: [], timers: 0, observers: 0 })
  },
)
