import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, type Chromium, launchChromium, launchFirefox, type Page } from './browsers/index.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { type Shop, visitShop } from './shop.ts'
import { buildTracker } from './tracker-build.ts'
import { until } from './until.ts'

/** Counts what is alive in a page: listeners, timers and observers. It runs before the tracker, which then uses these functions. */
const census = `
  const live = { listeners: new Map(), timers: new Set(), observers: new Set() }
  const { addEventListener } = EventTarget.prototype
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    // A signal's own listeners are no trace in the page.
    if (!(this instanceof AbortSignal)) {
      const key = {}
      live.listeners.set(key, this.constructor.name + ' ' + type)
      if (options?.signal) addEventListener.call(options.signal, 'abort', () => live.listeners.delete(key))
    }
    return addEventListener.call(this, type, listener, options)
  }
  for (const [set, clear, once] of [['setTimeout', 'clearTimeout', true], ['setInterval', 'clearInterval', false]]) {
    const [start, stop] = [window[set], window[clear]]
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
    const Native = window[name]
    window[name] = class extends Native {
      observe(...given) {
        live.observers.add(this)
        return super.observe(...given)
      }
      disconnect() {
        live.observers.delete(this)
        return super.disconnect()
      }
    }
  }
  window.census = () => ({ listeners: [...live.listeners.values()], timers: live.timers.size, observers: live.observers.size })`

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

let shop: Shop<Chromium> | undefined
afterEach(async () => {
  await shop?.close()
  shop = undefined
})

it('leaves no listener behind when a site is switched off in the extension', async () => {
  const visit = await visitShop('chromium')
  shop = visit
  const session = await visit.browser.context.newCDPSession(visit.browser.native(visit.page))
  const worlds: number[] = []
  session.on('Runtime.executionContextCreated', ({ context }) => {
    if (context.origin.startsWith('chrome-extension://')) worlds.push(context.id)
  })
  await session.send('Runtime.enable')
  await session.send('DOM.enable')
  const listeners = async () => {
    const found: string[] = []
    for (const contextId of worlds) {
      for (const expression of ['window', 'document', 'window.navigation']) {
        const { result } = await session.send('Runtime.evaluate', { contextId, expression })
        if (!result.objectId) continue
        const answer = await session.send('DOMDebugger.getEventListeners', { objectId: result.objectId })
        found.push(...answer.listeners.map(({ type, scriptId }) => `${expression} ${type} ${scriptId}`))
      }
    }
    return found
  }
  const page = await listeners().then((all) => all.length)
  expect(page).toBeGreaterThan(20)
  await visit.popup.page.bringToFront()
  await visit.popup.switchSite(false)
  // The page's own listeners are not among them: each world sees its own.
  await until('no listener is left', async () => (await listeners()).length === 0)
})
