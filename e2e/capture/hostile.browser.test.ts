import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { until } from '../until.ts'
import { inBothBrowsers, type Visit } from './visitor.ts'

const run = ({ page }: Visit, code: string) => page.evaluate((source: string) => void new Function(source)(), code)

/** Counts what reaches the page's own error handlers. */
const ERRORS =
  "<script>window.errors = []; addEventListener('error', ({ message }) => window.errors.push(message)); addEventListener('unhandledrejection', ({ reason }) => window.errors.push(String(reason)))</script>"
/** Adds up the time in ms that all listeners and timers of the scripts after it take. */
const STOPWATCH = `<script>
  window.spent = 0
  const timed = (call) => function (...given) {
    const start = performance.now()
    try { return call.apply(this, given) } finally { spent += performance.now() - start }
  }
  const { setTimeout, EventTarget: { prototype: { addEventListener } } } = window
  window.setTimeout = (call, ...given) => setTimeout(timed(call), ...given)
  EventTarget.prototype.addEventListener = function (type, listener, options) { addEventListener.call(this, type, timed(listener), options) }
</script>`
const errorsIn = ({ page }: Visit) => page.evaluate(() => (window as unknown as { errors: string[] }).errors)

inBothBrowsers((visit) => {
  it('goes on when a page replaces the functions of the browser after it', async () => {
    const here = await visit('<button id="b">Press</button>', { head: ERRORS })
    await run(
      here,
      `
      const no = () => { throw new Error('not yours') }
      window.fetch = no
      window.XMLHttpRequest = no
      navigator.sendBeacon = no
      Date.now = no
      history.pushState = no
      EventTarget.prototype.addEventListener = no
      console.debug = no`,
    )
    await here.page.click('#b')
    await here.expect('click', [{ target: '#b' }])
    expect(await errorsIn(here)).toEqual([])
  })

  it('works with functions that a page has wrapped before it, as other scripts of a page do', async () => {
    const here = await visit('<button id="b">Press</button>', {
      head: `${ERRORS}<script>
        for (const [owner, names] of [[window, ['fetch', 'setTimeout']], [JSON, ['parse', 'stringify']], [Date, ['now']],
          [History.prototype, ['pushState', 'replaceState']], [EventTarget.prototype, ['addEventListener', 'removeEventListener']]])
          for (const name of names) {
            const native = owner[name]
            owner[name] = function (...given) { return native.apply(this, given) }
          }
        window.Date = class extends Date {}
        window.XMLHttpRequest = class extends XMLHttpRequest {}
        window.addEventListener = function (...given) { return EventTarget.prototype.addEventListener.apply(this, given) }
      </script>`,
    })
    await here.page.click('#b')
    await here.expect('click', [{ target: '#b' }])
    await here.expect('pageview', [{ kind: 'load' }])
    expect(await errorsIn(here)).toEqual([])
  })

  it.each([
    ['before', true],
    ['after', false],
  ])(
    'tells what happened where a page puts its own toJSON everywhere %s it, and makes time and JSON its own later',
    async (_, isBefore) => {
      const toJSON = `
      for (const { prototype } of [Object, Array, String, Number, Boolean])
        Object.defineProperty(prototype, 'toJSON', { configurable: true, value: () => 'of the page' })`
      const here = await visit('<button id="b">Press</button>', { head: isBefore ? `${ERRORS}<script>${toJSON}</script>` : ERRORS })
      const from = Date.now()
      await run(
        here,
        `${isBefore ? '' : toJSON}
      JSON.stringify = () => '"of the page"'
      JSON.parse = () => 'of the page'
      Date.now = () => 1
      Date.prototype.getTime = Date.prototype.valueOf = () => 1
      window.Date = class { constructor() { return { getTime: () => 1, valueOf: () => 1 } } static now() { return 1 } }`,
      )
      await run(here, "webwatch.track('order', { cups: 2, milk: false, tea: 'green' })")
      await here.page.click('#b')
      await here.expect('custom', [{ name: 'order', properties: { cups: 2, milk: false, tea: 'green' } }])
      await here.expect('click', [{ target: '#b', rel_x: expect.closeTo(0.5, 1) }])
      await here.expect('pageview', [{ kind: 'load', title: expect.any(String) }])
      for (const event of [...here.events('custom'), ...here.events('click')]) {
        expect(event.time).toBeGreaterThan(from - 1_000)
        expect(event.time).toBeLessThan(Date.now() + 1_000)
        expect(event).toMatchObject({ url: here.url, seq: expect.any(Number), session: expect.stringMatching(/^[0-9a-f-]{36}$/) })
      }
      expect(await errorsIn(here)).toEqual([])
      // What is stored for the next page is right too: the visit goes on in it.
      const { session, visitor } = here.events('click')[0]!
      await here.page.goto(here.path('<button id="next">Press</button>', {}))
      await here.page.click('#next')
      await here.expect('click', [{ target: '#b' }, { target: '#next' }])
      expect(here.events('click')[1]).toMatchObject({ session, visitor })
    },
  )

  it('keeps for another page what one that has broken fetch or JSON before it does not let out', async () => {
    const broken = (names: string) => `${ERRORS}<script>
      const no = () => { throw new Error('not yours') }
      ${names}
      window.XMLHttpRequest = Navigator.prototype.sendBeacon = History.prototype.pushState = console.debug = no
    </script>`
    const here = await visit('<button id="one">Press</button>', { head: broken('window.fetch = no') })
    await here.page.click('#one')
    await delay(300)
    expect(await errorsIn(here)).toEqual([])
    await here.page.goto(
      here.path('<button id="two">Press</button>', {
        head: broken('const { stringify } = JSON; JSON.stringify = (what, ...more) => what?.sentAt ? no() : stringify(what, ...more)'),
      }),
    )
    await here.page.click('#two')
    await delay(300)
    expect(await errorsIn(here)).toEqual([])
    await here.page.goto(here.path('<p>At last</p>', {}))
    await here.expect('click', [{ target: '#one' }, { target: '#two' }])
  })

  it('does a page no harm that lets nobody listen', async () => {
    const here = await visit('<button id="b">Press</button>', {
      head: `${ERRORS}<script>EventTarget.prototype.addEventListener = () => { throw new Error('not yours') }</script>`,
    })
    await run(here, "webwatch.track('a'); webwatch.consent(true); webwatch.stop()")
    await here.page.click('#b')
    await here.expect('click', [])
    expect(await errorsIn(here)).toEqual([])
  })

  it('still counts where a page lacks observers or storage', async () => {
    const without =
      "window.IntersectionObserver = window.PerformanceObserver = undefined; Object.defineProperty(window, 'localStorage', { get() { throw new Error('mine') } })"
    const here = await visit('<button id="b">Press</button>', { head: `<script>${without}</script>` })
    await here.page.click('#b')
    await here.expect('click', [{ target: '#b' }])
    await here.expect('pageview', [{ kind: 'load' }])
  })

  it('knows the title of a page with a form that is called like that', async () => {
    const here = await visit('<form name="title"><input name="matches"></form>', { head: '<title>Orders</title>' })
    await here.expect('pageview', [{ kind: 'load', title: 'Orders' }])
  })

  it('sees what happens on a page that throws in every handler, and tells of it', async () => {
    const here = await visit(`<button id="b">Press</button><img src="/missing.png"><script>
      for (const type of ['pointerdown', 'pointermove', 'mousemove', 'click', 'keydown', 'focusin', 'scroll'])
        addEventListener(type, () => { throw new Error('canary-message') }, true)
    </script>`)
    for (let count = 0; count < 30; count++) await here.page.moveMouse(100 + count * 9, 200 + count)
    await here.page.click('#b')
    await here.expect('click', [{ target: '#b' }])
    const errors = here.events('js_error')
    expect(errors.length).toBeGreaterThan(5)
    expect(errors.length).toBeLessThanOrEqual(50)
    for (const { data } of errors)
      expect(data).toEqual({ kind: 'uncaught', script_url: here.url, line: expect.any(Number), column: expect.any(Number) })
  })

  it('tells of no error where a ResizeObserver is told later, which nobody has thrown', async () => {
    const here = await visit('<div id="grows" style="width: 10px">x</div>', {
      head: `<script>window.notices = 0; addEventListener('error', ({ lineno }) => { if (!lineno) window.notices++ })</script>`,
    })
    await here.page.evaluate(() => {
      const box = document.getElementById('grows')!
      new ResizeObserver(() => {
        if (box.offsetWidth < 20) box.style.width = `${box.offsetWidth + 1}px`
      }).observe(box)
    })
    await until('the browser says so', () => here.page.evaluate(() => (window as unknown as { notices: number }).notices > 0))
    await here.page.evaluate(() => setTimeout(() => Reflect.get({}, 'nothing').all))
    await here.expect('js_error', [{ kind: 'uncaught' }])
  })

  it('tells the messages of errors where the site says so, without what looks like a secret', async () => {
    const here = await visit("<script>throw new Error('no tea for a@b.example')</script>", { attributes: 'data-error-messages="true"' })
    await here.expect('js_error', [{ message: expect.stringMatching(/no tea for :email$/) }])
  })

  it('is quick among 20,000 nodes', async () => {
    const here = await visit(`${'<div class="row"><span>cell</span></div>'.repeat(10_000)}<button id="b">Press</button>`, {
      head: STOPWATCH,
    })
    await here.page.hover('.row:nth-of-type(5) span')
    await here.page.click('.row:nth-of-type(7) span')
    await here.page.click('#b')
    await here.expect('click', [{ target: expect.stringContaining('nth-of-type(7)') }, { target: '#b' }])
    const spent = await here.page.evaluate(() => (window as unknown as { spent: number }).spent)
    expect(spent).toBeGreaterThan(0)
    expect(spent).toBeLessThan(200)
  })

  it('leaves nothing behind when it is stopped', async () => {
    const here = await visit('<button id="b">Press</button>', {
      head: `<script>
        window.added = new Map()
        const { addEventListener, removeEventListener } = EventTarget.prototype
        const find = (type, listener) => Array.from(added.keys()).find((known) => known[0] === type && known[1] === listener)
        EventTarget.prototype.addEventListener = function (type, listener, options) {
          if (!(this instanceof AbortSignal) && !find(type, listener)) {
            const known = [type, listener]
            added.set(known, this)
            if (options?.signal) addEventListener.call(options.signal, 'abort', () => added.delete(known))
          }
          return addEventListener.call(this, type, listener, options)
        }
        EventTarget.prototype.removeEventListener = function (type, listener, options) {
          added.delete(find(type, listener))
          return removeEventListener.call(this, type, listener, options)
        }
      </script>`,
    })
    await here.page.click('#b')
    await here.expect('click', [{}])
    expect(await here.page.evaluate(() => (window as unknown as { added: Map<unknown, unknown> }).added.size)).toBeGreaterThan(30)
    await run(here, "history.pushState(null, '', '/next'); webwatch.stop()")
    expect(await here.page.evaluate(() => (window as unknown as { added: Map<unknown, unknown> }).added.size)).toBe(0)
    await here.page.click('#b')
    await here.expect('click', [{}])
  })
})
