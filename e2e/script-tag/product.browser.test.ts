import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, launchChromium, launchFirefox, type Page } from '../browsers/index.ts'
import { type Receiver, startReceiver } from '../receiver.ts'
import { buildTracker, type TrackerBuild } from '../tracker-build.ts'
import { until } from '../until.ts'
import { stub } from './guide.ts'

let build: TrackerBuild
let receiver: Receiver
beforeAll(async () => {
  build = await buildTracker()
  receiver = await startReceiver(build.script)
})
afterAll(() => receiver.close())

describe.each([
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
] as const)('%s', (name, launch) => {
  let browser: Browser
  let page: Page
  let site = ''
  let count = 0
  beforeAll(async () => {
    browser = await launch()
  })
  afterEach(async () => {
    receiver.answer(202)
    await page.close()
  })
  afterAll(() => browser.close())

  const open = async () => {
    page = await browser.newPage()
    site = `${name}-${count++}.test`.toLowerCase()
  }
  const eventsOf = (type: string) => receiver.events.filter((event) => event.site === site && event.type === type)
  const batchesOf = () => receiver.batches.filter(({ batch }) => batch.events.some((event) => event.site === site))
  const tag = (attributes = '') => `<script src="/tracker.js" data-site="${site}" data-flush-ms="100" ${attributes}></script>`
  /** How many events of this site the page's storage keeps; it may keep some of earlier ones. */
  const kept = () =>
    page.evaluate(
      (name: string) =>
        (JSON.parse(localStorage.getItem('webwatch.unsent') ?? '{"events":[]}').events as { site: string }[]).filter(
          (event) => event.site === name,
        ).length,
      site,
    )
  const pageViews = () => until('the page view arrives', async () => eventsOf('pageview').length > 0 && eventsOf('pageview').length)

  it.each([
    ['async in the head', (it: string) => `<head>${it.replace('<script', '<script async')}</head><body>`],
    ['deferred', (it: string) => `<head>${it.replace('<script', '<script defer')}</head><body>`],
    ['at the end of the body', (it: string) => `<body><p>Text</p>${it}</body>`],
    [
      'imported by a module',
      (it: string) =>
        `<body>${it.replace('src=', 'data-src=').replace('<script', '<script type="text/plain"')}<script type="module">import '/tracker.js'</script>`,
    ],
    [
      'added by another script once the page has loaded',
      (it: string) => `<body><template id="t">${it}</template><script>
        addEventListener('load', () => {
          const { dataset } = document.getElementById('t').content.firstChild
          const script = Object.assign(document.createElement('script'), { src: '/tracker.js' })
          Object.assign(script.dataset, dataset)
          document.head.append(script)
        })</script>`,
    ],
    ['included twice, and once more', (it: string) => `<head>${it}${it.replace('<script', '<script async')}</head><body>${it}`],
    ['on a page with an element of its name', (it: string) => `<body><p id="webwatch"></p>${it}`],
  ])('works %s', async (_, html) => {
    await open()
    receiver.servePage(`<!doctype html><title>Order</title>${html(tag())}`)
    await page.goto(receiver.url)
    await pageViews()
    await delay(400)
    expect(eventsOf('pageview').map(({ data }) => data)).toEqual([expect.objectContaining({ title: 'Order' })])
  })

  it('takes the calls that were made before it came, in their order, and those that come later', async () => {
    await open()
    const calls = `webwatch.track('early', { place: 1 }); webwatch.consent(false); webwatch.consent(true); webwatch.track('second')`
    receiver.servePage(
      `<!doctype html><script>${stub}</script><script>${calls}</script>${tag('async data-consent="required"')}<script>${stub}</script>`,
    )
    await page.goto(receiver.url)
    await page.waitFor('script[async]')
    await until('the tracker is there', () => page.evaluate(() => window.webwatch!.q === undefined))
    await page.evaluate(() => window.webwatch!.track('late'))
    await until('the last call arrives', async () => eventsOf('custom').some(({ data }) => data.name === 'late'))
    expect(eventsOf('custom').map(({ data }) => data.name)).toEqual(['second', 'late'])
  })

  it('runs with the hash that the build gives, and the browser refuses any other script by it', async () => {
    await open()
    const held = (integrity: string) =>
      `<script src="${receiver.otherUrl}tracker.js" integrity="${integrity}" crossorigin="anonymous" data-site="${site}" data-flush-ms="100"
        data-collector="${receiver.otherUrl}"></script><body>`
    receiver.servePage(held(build.integrity.replace(/.{8}$/, 'AAAAAAAA')))
    await page.goto(receiver.url)
    expect(await page.evaluate(() => typeof window.webwatch)).toBe('undefined')
    receiver.servePage(held(build.integrity))
    await page.goto(receiver.url)
    expect(await pageViews()).toBe(1)
  })

  it('comes from one origin and sends to another, with nothing of the page but its origin', async () => {
    await open()
    receiver.servePage(`<!doctype html><meta name="referrer" content="unsafe-url">${tag(`data-collector="${receiver.otherUrl}"`)}<body>`)
    await page.goto(`${receiver.url}account?token=secret`)
    await pageViews()
    for (const { headers } of batchesOf()) {
      expect(headers.host).toBe(new URL(receiver.otherUrl).host)
      expect(headers.referer).toBeUndefined()
    }
  })

  it('keeps what a collector out of order could not take, and sends it once on the next visit', async () => {
    await open()
    receiver.servePage(`<!doctype html>${tag()}<body><button id="b">Press</button>`)
    receiver.answer(500)
    await page.goto(receiver.url)
    await page.click('#b')
    await until('it has tried', async () => batchesOf().length > 0)
    await page.goto('about:blank')
    receiver.answer(202)
    await page.goto(receiver.url)
    await until('both page views arrive', async () => eventsOf('pageview').length === 2)
    await until('the click arrives', async () => eventsOf('click').length > 0)
    await until('nothing is kept any longer', async () => (await kept()) === 0)
    const ids = receiver.events.filter((event) => event.site === site).map(({ id }) => id)
    expect(ids.length).toBe(new Set(ids).size)
  })

  it('sends again what may have been damaged on its way, and gives up what is refused twice in a row', async () => {
    await open()
    receiver.servePage(`<!doctype html>${tag()}<body>`)
    receiver.answer(400)
    await page.goto(receiver.url)
    await until('the first attempt comes', async () => batchesOf().length > 0)
    receiver.answer(202)
    await until('the second is taken', async () => batchesOf().length > 1 && (await kept()) === 0)
    receiver.answer(400)
    await page.evaluate(() => window.webwatch!.track('poison'))
    const attempts = () => batchesOf().filter(({ batch }) => batch.events.some(({ data }) => data.name === 'poison')).length
    await until('it has come twice and is forgotten', async () => attempts() === 2 && (await kept()) === 0)
    receiver.answer(202)
    await page.evaluate(() => window.webwatch!.track('cure'))
    await until('what comes after it arrives', async () => eventsOf('custom').some(({ data }) => data.name === 'cure'))
    expect(attempts()).toBe(2)
  })

  it('leaves to another site of the same origin what waits for that one', async () => {
    await open()
    const other = { id: crypto.randomUUID(), site: 'other.test', type: 'click', time: Date.now(), seq: 0 }
    receiver.servePage('<!doctype html><body>')
    await page.goto(receiver.url)
    await page.evaluate((event: object) => localStorage.setItem('webwatch.unsent', JSON.stringify({ events: [event], retryAt: 0 })), other)
    receiver.servePage(`<!doctype html>${tag()}<body>`)
    await page.goto(receiver.url)
    await pageViews()
    await page.goto(`${receiver.url}next`)
    await until('the next page view arrives', async () => eventsOf('pageview').length === 2)
    expect(receiver.events.filter(({ id }) => id === other.id)).toEqual([])
    expect(await page.evaluate(() => JSON.parse(localStorage.getItem('webwatch.unsent')!).events)).toContainEqual(other)
    await page.evaluate(() => localStorage.clear())
  })

  it('does not take back what another tab knows of the visit when a tab in the background is closed', async () => {
    await open()
    receiver.servePage(`<!doctype html><script>
      let state = 'visible'
      Object.defineProperty(Document.prototype, 'visibilityState', { get: () => state })
      window.hide = () => { state = 'hidden'; document.dispatchEvent(new Event('visibilitychange')) }
    </script>${tag()}<body>`)
    await page.goto(receiver.url)
    await pageViews()
    await page.evaluate(() => (window as unknown as { hide(): void }).hide())
    await until('what it has is sent', async () => eventsOf('duration').length > 0)
    await until('nothing is kept any longer', async () => (await kept()) === 0)
    const newer = await page.evaluate(() => {
      const identity = { ...JSON.parse(localStorage['webwatch.identity']), lastEventAt: Date.now() + 1_000_000 }
      localStorage['webwatch.identity'] = JSON.stringify(identity)
      return localStorage['webwatch.identity'] as string
    })
    await page.goto('about:blank')
    receiver.servePage('<!doctype html><body>')
    await page.goto(receiver.url)
    expect(await page.evaluate(() => localStorage['webwatch.identity'])).toBe(newer)
    await page.evaluate(() => localStorage.clear())
  })

  it('waits as long as the collector asks for, on the next page too', async () => {
    await open()
    receiver.servePage(`<!doctype html>${tag()}<body>`)
    receiver.answer(429, { 'retry-after': '3' })
    await page.goto(receiver.url)
    const [first] = await until('the first batch comes', async () => batchesOf().length > 0 && batchesOf())
    receiver.answer(202)
    await page.goto(`${receiver.url}next`)
    await until('both page views arrive', async () => eventsOf('pageview').length === 2)
    const [, second] = batchesOf()
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(3_000)
  })

  it('sends what happened just before the page was left, on the way out', async () => {
    await open()
    receiver.servePage(`<!doctype html>${tag().replace('100', '5000')}<body><a id="a" href="/next">Go</a>`)
    await page.goto(receiver.url)
    await page.click('#a')
    await until('the click on the link arrives', async () => eventsOf('click').length === 1, 4_000)
  })

  it('keeps within what may outlive a page, and sends the rest from the next one', async () => {
    await open()
    receiver.servePage(`<!doctype html>${tag().replace('100', '5000')}<body>`)
    await page.goto(receiver.url)
    await page.evaluate(() => {
      for (let index = 0; index < 200; index++) window.webwatch!.track('large', { index, text: Math.random().toString(36).repeat(60) })
    })
    await page.goto(`${receiver.url}next`)
    const parting = batchesOf()
    expect(parting.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(65_536)
    await until('all arrive', async () => new Set(eventsOf('custom').map(({ id }) => id)).size === 200)
    expect(new Set(eventsOf('custom').map(({ data }) => (data.properties as { index: number }).index)).size).toBe(200)
  })

  it('leaves out what the site does not want, and says so when it does not understand', async () => {
    await open()
    const masked = tag('data-disable="hover, mousemove" data-mask=".account" data-parameters="page"')
    receiver.servePage(`<!doctype html>${masked}<body><p class="account"><button id="a">A</button></p><button id="b">B</button>`)
    await page.goto(`${receiver.url}?page=2&utm_source=x`)
    await page.moveMouse(300, 300, 10)
    await page.click('#a')
    await page.click('#b')
    await until('the click arrives', async () => eventsOf('click').length > 0)
    await page.goto('about:blank')
    await delay(300)
    const all = receiver.events.filter((event) => event.site === site)
    expect(eventsOf('click').map(({ data }) => data.target)).toEqual(['#b'])
    expect(JSON.stringify(all)).not.toContain('#a')
    expect(all.filter(({ type }) => type === 'mousemove' || type === 'hover')).toEqual([])
    expect(new URL(all[0]!.url).search).toBe('?page=2')

    for (const wrong of ['data-mask="a["', 'data-disable="clicks"']) {
      await open()
      receiver.servePage(`<!doctype html>${tag(wrong)}<body><button id="b">B</button>`)
      await page.goto(receiver.url)
      await page.click('#b')
      await delay(300)
      expect(batchesOf()).toEqual([])
    }
  })

  it('says of a driven browser that it is one', async () => {
    await open()
    receiver.servePage(`<!doctype html>${tag()}<body>`)
    await page.goto(receiver.url)
    await pageViews()
    expect(batchesOf()[0]!.batch.context.webdriver).toBe(true)
  })
})
