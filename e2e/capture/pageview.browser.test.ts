import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { until } from '../until.ts'
import { inBothBrowsers, type Visit } from './visitor.ts'

const run = ({ page }: Visit, code: string) => page.evaluate((source: string) => void new Function(source)(), code)
const pathsOf = (visit: Visit) => visit.events('pageview').map(({ url }) => new URL(url).pathname)

/** Lets a page believe that it is in a background tab until it is told otherwise. */
const BACKGROUND = `<script>
  let state = 'hidden'
  Object.defineProperty(Document.prototype, 'visibilityState', { get: () => state })
  window.show = () => { state = 'visible'; document.dispatchEvent(new Event('visibilitychange')) }
</script>`

inBothBrowsers(
  (visit, _browser, way) => {
    /** Where the browser tells of no navigation the tracker looks some three times a second: what is shown for less is not seen. */
    const seen = way === 'script tag without the Navigation API' ? 400 : 100

    it('is one for a load, and another for each reload', async () => {
      const here = await visit('<title>Shop</title>')
      await here.expect('pageview', [{ title: 'Shop', kind: 'load', referrer: '' }])
      await here.page.goto(here.url)
      await here.expect('pageview', [{ kind: 'load' }, { kind: 'load' }])
      expect(new Set(here.events('pageview').map(({ page }) => page)).size).toBe(2)
    })

    it('is one for each change of the path, with the new title and the page before', async () => {
      const here = await visit('<title>Shop</title>')
      await here.expect('pageview', [{ title: 'Shop' }])
      await run(
        here,
        "history.pushState(null, '', '/list'); setTimeout(() => { document.head.append(document.createElement('style')); setTimeout(() => { document.title = 'List' }, 200) }, 100)",
      )
      await delay(500)
      await run(here, "document.title = 'Cart'; history.replaceState(null, '', '/cart')")
      await here.expect('pageview', [
        { title: 'Shop', kind: 'load' },
        { title: 'List', kind: 'navigate', referrer: here.url },
        { title: 'Cart', kind: 'navigate', referrer: `${new URL(here.url).origin}/list` },
      ])
      expect(pathsOf(here).slice(1)).toEqual(['/list', '/cart'])
      for (const { page, seq } of here.events('pageview')) expect([page.length, seq]).toEqual([36, expect.any(Number)])
    })

    it('waits five seconds for the title of an application that sets them late, once it has done so within one', async () => {
      const here = await visit('<title>Shop</title>')
      await here.expect('pageview', [{ title: 'Shop' }])
      const go = (to: string, ms: number) =>
        run(here, `history.pushState(null, '', '/${to}'); setTimeout(() => { document.title = '${to}' }, ${ms})`)
      // Nothing says yet that there will be one.
      await go('first', 2_000)
      await delay(2_500)
      await go('second', 600)
      await delay(1_500)
      await go('third', 2_500)
      await here.expect('pageview', [{ title: 'Shop' }, { title: 'Shop' }, { title: 'second' }, { title: 'third' }])
      // The one before is told when its view ends.
      await go('fourth', 20_000)
      await delay(seen)
      await go('fifth', 600)
      const told = ['Shop', 'Shop', 'second', 'third', 'third', 'fifth'].map((title) => ({ title }))
      await here.expect('pageview', told)
    })

    it('is one for the way back to a page that has to be loaded anew', async () => {
      // No back-forward cache keeps such a page.
      const unkept = { head: '<script>addEventListener("unload", () => {})</script>', headers: { 'cache-control': 'no-store' } }
      const here = await visit('<title>First</title>', unkept)
      await here.expect('pageview', [{ title: 'First', kind: 'load' }])
      await here.page.goto(here.path('<title>Second</title>', {}))
      await here.expect('pageview', [{ kind: 'load' }, { title: 'Second', kind: 'load' }])
      await run(here, 'setTimeout(() => history.back())')
      await here.expect('pageview', [{ kind: 'load' }, { kind: 'load' }, { title: 'First', kind: 'back_forward' }])
      expect(new Set(here.events('pageview').map(({ page }) => page)).size).toBe(3)
    })

    it('is none for another query or state in place of this one, nor for a heading', async () => {
      const here = await visit('<h2 id="prices">Prices</h2><a id="jump" href="#prices">Prices</a>')
      await run(
        here,
        "history.replaceState(null, '', '?page=2'); history.replaceState({ step: 2 }, ''); history.pushState({ step: 3 }, '')",
      )
      await here.page.click('#jump')
      await here.expect('pageview', [{ kind: 'load' }])
    })

    it('is one for another query as a new entry', async () => {
      const here = await visit('<title>First</title>')
      await run(here, "history.pushState(null, '', '?page=2'); document.title = 'Second'")
      await here.expect('pageview', [{ title: 'First' }, { title: 'Second', kind: 'navigate', referrer: here.url }])
    })

    it('is one where an element has the name of the Navigation API', async () => {
      const here = await visit('<title>Shop</title>', { head: '<nav id="navigation"></nav>' })
      await run(here, "history.pushState(null, '', '/next'); document.title = 'Next'")
      await here.expect('pageview', [{ title: 'Shop' }, { title: 'Next', kind: 'navigate' }])
    })

    it('is one for each hash route, and for each step back and forward', async () => {
      const here = await visit('<title>Start</title><a id="route" href="#/orders">Orders</a>')
      await here.page.click('#route')
      await delay(seen)
      await run(here, "history.pushState(null, '', '/detail'); document.title = 'Detail'")
      await delay(seen)
      await run(here, 'onpopstate = () => { document.title = location.pathname }; history.go(-2)')
      await until('the way back is seen', async () => here.events('pageview').length === 4)
      await run(here, 'history.forward()')
      await here.expect('pageview', [
        { kind: 'load' },
        { kind: 'navigate' },
        { kind: 'navigate', title: 'Detail' },
        { kind: 'back_forward', title: new URL(here.url).pathname },
        { kind: 'back_forward' },
      ])
    })

    it('is none for document.open(), after which everything is heard as before', async () => {
      const here = await visit('<title>Old</title><button id="b">Press</button>')
      await here.expect('pageview', [{ title: 'Old' }])
      await run(here, "document.open(); document.write('<title>New</title><button id=again>Again</button>'); document.close()")
      await delay(100)
      await here.page.click('#again')
      await here.expect('click', [{ target: '#again' }])
      await here.expect('pageview', [{ title: 'Old' }])
      await run(here, "history.pushState(null, '', '/next'); document.title = 'Next'")
      await here.expect('pageview', [{ title: 'Old' }, { title: 'Next', kind: 'navigate', referrer: here.url }])
    })

    // The extension does not see what a page makes of its own document: shown-later.browser.test.ts has real tabs for it.
    if (way !== 'extension')
      it('waits until a page in the background is shown', async () => {
        const here = await visit('<title>Behind</title>', { head: BACKGROUND })
        await here.expect('pageview', [])
        await run(here, 'show()')
        await here.expect('pageview', [{ title: 'Behind', kind: 'load' }])
      })
  },
  ['script tag', 'script tag without the Navigation API', 'extension'],
)
