import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from '../browsers/index.ts'
import { openPopup } from '../popup.ts'
import { until } from '../until.ts'
import { openTracked, type Tracked } from './tracked.ts'

const page = (html: string) => ({ html: `<!doctype html>${html}`, headers: {} })
const frame = (index: number, attributes: string) =>
  `<iframe ${attributes} src="/inner?${index}" style="position: absolute; left: 0; top: ${index * 100}px; width: 300px; height: 80px; border: 0"></iframe>`

const PAGES = new Map([
  ['/form', page('<form id="form"><input id="field"></form><a id="next" href="/next">Next</a>')],
  // All of it happens before any script could have been told the settings of the site.
  [
    '/early',
    page(`<title>Early</title><form id="form"></form><a id="masked" href="/masked.zip"></a><a id="shown" href="/shown.zip?tea=green&milk=none"></a>
      <script>
        for (const type of ['click', 'submit']) addEventListener(type, (event) => event.preventDefault())
        for (const id of ['masked', 'shown']) document.getElementById(id).click()
        document.getElementById('form').requestSubmit()
        throw new Error('canary-message')
      </script><button id="late">Late</button><div id="box"><button id="masked-late">Masked</button></div>`),
  ],
  ['/frames', page(`${frame(0, '')}${frame(1, 'data-webwatch-ignore')}<div data-webwatch-ignore>${frame(2, '')}</div>`)],
  [
    '/inner',
    page(`<body style="margin: 0"><button style="width: 200px; height: 60px" onclick="throw new Error('mine')">Press</button>
      <script>document.querySelector('button').id = 'in-' + location.search.slice(1)</script></body>`),
  ],
])

describe.each(['chromium', 'firefox'] as const)('%s with the extension', (name) => {
  let tracked: Tracked
  beforeAll(async () => {
    // The user has switched the site on: what the browser asks of sites does not undo that.
    tracked = await openTracked(name, 'form', PAGES, { privacySignal: 'gpc' })
  })
  afterAll(() => tracked.close())

  const eventsAt = (type: string, ending: string) => tracked.events(type).filter(({ url }) => url.endsWith(ending))

  it('hears the last of a page, however it is left', async () => {
    const { browser, receiver } = tracked
    const ways: Record<string, (tab: Page) => Promise<void>> = {
      link: (tab) => tab.click('#next'),
      // Not on: the browser no longer says which page the tab showed when the last message of that page arrives.
      elsewhere: (tab) => tab.goto(`${receiver.otherUrl}next`),
      closed: (tab) => tab.close(),
    }
    for (const [way, leave] of Object.entries(ways)) {
      const tab = await browser.newPage()
      await tab.goto(`${receiver.url}form?utm_source=${way}`)
      await tab.type('#field', 'x')
      await leave(tab)
    }
    for (const type of ['form_abandonment', 'field_blur', 'duration'])
      for (const way of Object.keys(ways)) await until(`${type} arrives by ${way}`, async () => eventsAt(type, way).length > 0)
    expect(new Set(receiver.events.map(({ site }) => site))).toEqual(new Set(['127.0.0.1']))
  })

  it('counts in the badge what happened on the site, and not on the one after it', async () => {
    const { browser, receiver } = tracked
    const tab = await browser.newPage()
    await tab.goto(`${receiver.url}form?utm_source=badge`)
    const own = await openPopup(browser, `${receiver.url}form?utm_source=badge`)
    await tab.bringToFront()
    await tab.type('#field', 'x')
    await until('the badge counts', async () => Number(await own.badge()) > 0)
    await tab.goto(`${receiver.otherUrl}next`)
    await until('the last of the page arrives', async () => eventsAt('duration', 'badge').length > 0)
    await delay(300)
    expect(await own.badge()).toBe('')
    await own.page.close()
    await tab.close()
  })

  it('says in the popup that the browser sends a privacy signal', async () => {
    const { popup } = tracked
    await popup.page.bringToFront()
    await popup.page.waitFor('[data-testid="privacy-signal"][data-signal="gpc"]')
    expect(await popup.page.evaluate(() => document.querySelector('[data-testid="privacy-signal"]')!.textContent)).toMatch(
      /sends Global Privacy Control.*captured all the same/,
    )
  })

  it('tells nothing of frames that are ignored in the page around them', async () => {
    const { page, receiver, events } = tracked
    await page.bringToFront()
    await page.goto(`${receiver.url}frames`)
    await until('the frame that may be told of is watched', async () => {
      for (const index of [1, 2, 0]) await page.clickAt(100, index * 100 + 30)
      return events('click').some(({ data }) => data.target === '#in-0')
    })
    await delay(300)
    const inner = receiver.events.filter(({ url }) => url.endsWith('/inner'))
    expect(new Set(inner.map(({ data }) => data.target).filter(Boolean))).toEqual(new Set(['#in-0']))
    expect(new Set(inner.map(({ page }) => page)).size).toBe(1)
  })

  it('keeps to the settings of the site from the first moment on, and gives messages of errors only by them', async () => {
    const { browser, page, receiver, events } = tracked
    const early = (type: string) => events(type).filter(({ url }) => url.includes('/early'))
    await page.goto(`${receiver.url}early?tea=green&milk=none`)
    await until('the error arrives', async () => early('js_error').length === 1)
    expect(early('js_error')[0]!.data).not.toHaveProperty('message')
    await until('what happened early arrives', async () => early('download').length === 2 && early('form_submission').length === 1)

    const options = await browser.newPage()
    await options.goto(browser.extensionUrl('extension/options/index.html'))
    await options.waitFor('[data-testid="site-settings"]')
    for (const part of ['site-settings', 'captured-form_submission', 'error-messages']) await options.click(`[data-testid="${part}"]`)
    await options.type('[data-testid="mask-selectors"]', '#masked, #box')
    await options.focus('[data-testid="allowed-parameters"]')
    await options.press('Enter')
    await options.type('[data-testid="allowed-parameters"]', 'tea\n')
    await options.click('[data-testid="save-site"]')
    await options.waitFor('[data-testid="site-saved"]')

    await page.bringToFront()
    const before = receiver.events.length
    await page.goto(`${receiver.url}early?tea=green&milk=none`)
    await page.click('#masked-late')
    await page.click('#late')
    const since = () => {
      const all = receiver.events.slice(before).filter(({ url }) => url.endsWith('/early?tea=green'))
      // The page before was watched anew when its settings changed.
      const view = all.find(({ type }) => type === 'js_error')?.page
      return all.filter(({ page }) => page === view)
    }
    const dataOf = (type: string) =>
      since()
        .filter((event) => event.type === type)
        .map(({ data }) => data)
    await until('all of it arrives', async () => dataOf('click').length > 0 && dataOf('pageview').length > 0)
    await delay(300)
    expect(dataOf('js_error')).toEqual([expect.objectContaining({ message: expect.stringContaining('canary-message') })])
    expect(dataOf('download')).toEqual([expect.objectContaining({ download_url: `${receiver.url}shown.zip?tea=green` })])
    expect(dataOf('click')).toEqual([expect.objectContaining({ target: '#late' })])
    expect(dataOf('form_submission')).toEqual([])
    expect(dataOf('pageview')).toEqual([expect.objectContaining({ title: 'Early' })])
    // What may not be told takes no number: no gap looks like a loss.
    const numbers = since().map(({ seq }) => seq)
    expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, index) => index))
  })
})
