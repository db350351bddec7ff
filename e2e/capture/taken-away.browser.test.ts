import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { inBothBrowsers, type Visit } from './visitor.ts'

const run = ({ page }: Visit, code: string) => page.evaluate((source: string) => void new Function(source)(), code)
const take = (id: string) => `document.getElementById('${id}').remove()`

inBothBrowsers((visit) => {
  it('tells nothing of what is ignored, though the page takes it away before its events are looked at', async () => {
    const here =
      await visit(`<div id="box" data-webwatch-ignore style="width: 600px; height: 300px"><input id="secret"><button id="close">Close</button></div>
      <input id="b"><script>document.getElementById('close').onpointerenter = () => setTimeout(() => document.getElementById('box').replaceChildren(), 600)</script>`)
    await here.page.click('#secret')
    await here.page.press('x')
    // The pointer comes to rest, and is looked at anew once it moves again.
    await delay(2_200)
    await here.page.hover('#close')
    await delay(1_200)
    await here.page.moveMouse(900, 700)
    await here.page.focus('#b')
    await here.expect('field_focus', [{ field_id: 'b' }])
    await here.expect('mousemove', [{ x: 900, y: 700 }])
    for (const type of ['hover', 'field_blur', 'click']) await here.expect(type, [])
  })

  it('tells nothing of a mouse that is in what is ignored already when a view begins', async () => {
    const here = await visit('<div id="pad" data-webwatch-ignore style="width: 600px; height: 300px">Sign here</div>')
    const move = async (from: number) => {
      for (let step = 0; step < 10; step++) await here.page.moveMouse(from + step * 20, 100 + step * 10)
      await delay(1_300)
    }
    await move(100)
    await run(here, "history.pushState(null, '', '/signed')")
    await move(200)
    await here.page.moveMouse(900, 700)
    await here.expect('mousemove', [{ x: 900, y: 700 }])
  })

  it('goes on with hovers after it has taken away the link under the mouse, and tells of that one too', async () => {
    const here = await visit('<a id="link" href="/there">There</a> <button id="next">Next</button>')
    await here.page.hover('#link')
    await delay(1_300)
    await run(here, take('link'))
    await here.page.hover('#next')
    await delay(700)
    await here.page.moveMouse(600, 600)
    await here.expect('hover', [{ target: '#link' }, { target: '#next' }])
  })

  it('tells what was seen of it while it was there', async () => {
    const here = await visit(`<div id="menu"><button>Gone</button></div><form id="draft"><input id="name"></form><script>
      let presses = 0
      document.getElementById('menu').onclick = () => { if (++presses > 2) ${take('menu')} }
      const send = () => {
        const form = document.createElement('form')
        form.id = 'passing'
        document.body.append(form)
        form.submit()
        form.remove()
      }</script>`)
    await here.page.click('button', 3)
    await here.page.type('#name', 'x')
    await delay(600)
    await run(here, `${take('draft')}; history.pushState(null, '', '/next')`)
    await here.expect('rage_click', [{ target: '#menu > button', clicks: 3 }])
    await here.expect('form_abandonment', [{ form_id: 'draft', fields: 1, last_field: 'name' }])
    await run(here, 'send()')
    await here.expect('form_submission', [{ form_id: 'passing', valid: true }])
  })

  it('asks the browser of a form, not its fields, which may be called like what is asked', async () => {
    const here =
      await visit(`<form id="trip" onsubmit="event.preventDefault()" style="padding: 40px"><input name="children"><input name="matches">
      <input name="closest"><input name="elements"><button>Book</button><button>Later</button><p><a href="#x">Terms</a></p></form>`)
    const { x, y } = await here.page.evaluate(() => {
      const box = Element.prototype.getBoundingClientRect.call(document.getElementById('trip'))
      return { x: box.x + 10, y: box.y + 10 }
    })
    await here.page.clickAt(x, y)
    await here.page.click('[name=children]')
    await here.page.click('a')
    await here.page.click('button')
    await here.expect('click', [
      { target: '#trip' },
      { target: '#trip > input[name="children"]' },
      { target: '#trip > p > a' },
      { target: '#trip > button:nth-of-type(1)' },
    ])
    await here.expect('form_submission', [{ form_id: 'trip', fields: 4 }])
  })

  it('does not take a form for the host of its page, which is called so', async () => {
    const here = await visit('<form name="host"><input id="a"></form><img name="host"><button id="b">Press</button>')
    await here.page.click('#b')
    await here.expect('click', [{ target: '#b' }])
    expect(await here.page.evaluate(() => document.querySelectorAll('[name=host]').length)).toBe(2)
  })
})
