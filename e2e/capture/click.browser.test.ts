import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { inBothBrowsers } from './visitor.ts'

const middle = { rel_x: expect.closeTo(0.5, 1), rel_y: expect.closeTo(0.5, 1) }

inBothBrowsers((visit) => {
  it('belongs to the control, not to what is in it', async () => {
    const here = await visit(
      '<a id="link" href="#x"><span><svg width="20" height="20"><path id="icon" d="M0 0h20v20H0z"/></svg></span></a><div id="plain"><b>text</b></div>',
    )
    await here.page.click('#icon')
    await here.page.click('#plain b')
    await here.expect('click', [{ target: '#link' }, { target: expect.stringContaining('b') }])
  })

  it('is one for a label and its checkbox', async () => {
    const here = await visit(
      '<label id="label"><b id="word">Agree</b> <input type="checkbox" id="box"></label><label for="far" id="other">Far</label><input id="far">',
    )
    await here.page.click('#word')
    await here.page.click('#other')
    await here.expect('click', [{ target: '#box' }, { target: '#far' }])
  })

  it('is one for a label whose click the page prevents, and the next one is another', async () => {
    const here = await visit(`<label id="label"><b id="word">Agree</b> <input type="checkbox" id="box"></label>
      <label for="off" id="other">Off</label><input id="off" disabled>
      <form id="form" style="padding: 40px"><input name="control"></form>
      <script>for (const label of document.querySelectorAll('label')) label.onclick = (event) => { if (event.target.id !== 'box') event.preventDefault() }</script>`)
    await here.page.click('#word')
    await here.page.click('#box')
    // A form knows its fields by their names; it has no control as labels have.
    for (const id of ['other', 'form']) {
      const { x, y } = await here.page.evaluate((of: string) => {
        const box = document.getElementById(of)!.getBoundingClientRect()
        return { x: box.x + 10, y: box.y + 10 }
      }, id)
      await here.page.clickAt(x, y)
    }
    await here.expect('click', [{ target: '#box' }, { target: '#box' }, { target: '#off' }, { target: '#form' }])
  })

  it('is none when a script makes it', async () => {
    const here = await visit(
      '<button id="button" onclick="document.getElementById(\'other\').click()">Press</button><button id="other">Other</button>',
    )
    await here.page.click('#button')
    await here.expect('click', [{ target: '#button' }])
  })

  it('is seen in an open shadow root, and behind handlers that stop it', async () => {
    const here = await visit(`<div id="host"></div><button id="stopped">Stopped</button><script>
      document.getElementById('host').attachShadow({ mode: 'open' }).innerHTML = '<button id="inner"><i>In the shadow</i></button>'
      for (const target of [window, document, document.body])
        for (const type of ['pointerdown', 'mousedown', 'click']) target.addEventListener(type, (event) => event.stopImmediatePropagation(), true)
    </script>`)
    await here.page.click('#host >>> i')
    await here.page.click('#stopped')
    await here.expect('click', [{ target: '#inner', ...middle }, { target: '#stopped' }])
  })

  it('arrives although it leads away at once', async () => {
    const here = await visit('<a id="away">Away</a>')
    await here.page.evaluate((url: string) => document.getElementById('away')!.setAttribute('href', url), here.path('<p>There</p>'))
    await here.page.click('#away')
    await here.expect('click', [{ target: '#away' }])
    await here.expect('pageview', [{ kind: 'load' }, { kind: 'load', referrer: here.url }])
  })

  it('lies in its target whatever zoom, scroll and transformation', async () => {
    const here = await visit(`<style>button { width: 120px; height: 40px; margin: 60px }</style>
      <div style="zoom: 1.7"><button id="zoomed">Zoomed</button></div><button id="turned" style="transform: rotate(30deg) scale(1.5)">Turned</button>
      <div style="height: 3000px; width: 3000px"></div><button id="below">Below</button>`)
    // Where the turned button is too, though it leaves the corners of its box.
    const places = ['zoomed', 'turned', 'below'].flatMap((id) => [
      { id, x: 0.3, y: 0.2 },
      { id, x: 0.8, y: 0.7 },
    ])
    for (const place of places) {
      const { x, y } = await here.page.evaluate(({ id, x, y }: (typeof places)[number]) => {
        const button = document.getElementById(id)!
        button.scrollIntoView({ block: 'center', behavior: 'instant' })
        const box = button.getBoundingClientRect()
        return { x: box.x + x * box.width, y: box.y + y * box.height }
      }, place)
      await here.page.clickAt(x, y)
    }
    await here.expect(
      'click',
      places.map(({ id, x, y }) => ({ target: `#${id}`, rel_x: expect.closeTo(x, 1), rel_y: expect.closeTo(y, 1) })),
    )
    const { y, page_y } = here.events('click').at(-1)!.data as { y: number; page_y: number }
    expect(page_y).toBeGreaterThan(3_000)
    expect(page_y - y).toBeCloseTo(await here.page.evaluate(() => window.scrollY), 0)
  })

  it('is a rage click three times in a burst, and not when it selects a paragraph or takes its time', async () => {
    const here = await visit('<button id="button">Press</button><p id="text">A paragraph to select</p><button id="slow">Slow</button>')
    for (const id of ['button', 'button', 'button']) await here.page.click(`#${id}`)
    await here.page.click('#text', 3)
    for (let count = 0; count < 3; count++) {
      await here.page.click('#slow')
      await delay(600)
    }
    await here.expect('rage_click', [{ target: '#button', clicks: 3 }])
  })

  it('is dead only where something could be expected and nothing happens', async () => {
    const here = await visit(`<p id="text">Text</p><input id="field"><div id="host"></div><script>
      const root = document.getElementById('host').attachShadow({ mode: 'open' })
      root.innerHTML = '<button>Change</button>'
      root.firstChild.onclick = () => { root.firstChild.title = 'changed' }
    </script><div id="pressable" style="cursor: pointer">Like a button</div> <a id="nowhere" href="javascript:void(0)">Nowhere</a>`)
    await here.page.click('#field')
    await here.page.click('#host >>> button')
    await delay(2_200)
    await here.page.click('#field')
    await here.page.click('#text')
    await delay(2_200)
    await here.page.click('#pressable')
    await delay(2_000)
    await here.page.click('#nowhere')
    await delay(2_000)
    await here.expect('dead_click', [{ target: '#pressable' }, { target: '#nowhere' }])
  })

  it('counts by the keyboard too, in the middle of the control', async () => {
    const here = await visit(`<button id="button">Press</button><a id="link" href="#x">Link</a><input type="checkbox" id="box">
      <div id="menu" role="button" tabindex="0" onkeydown="event.key === 'Enter' && this.click()">Menu</div>`)
    for (const [id, key] of [
      ['button', 'Enter'],
      ['button', ' '],
      ['link', 'Enter'],
      ['box', ' '],
      // Nothing is activated: what the page makes of it is a click by script.
      ['menu', 'Enter'],
    ] as const) {
      await here.page.focus(`#${id}`)
      await here.page.press(key)
    }
    await here.expect('click', [
      { target: '#button', ...middle },
      { target: '#button', ...middle },
      { target: '#link', ...middle },
      { target: '#box', ...middle },
    ])
  })

  it('leads out and downloads by the middle button and from an SVG too, which is no click, never to an address that is no page', async () => {
    const here = await visit(`<a id="mail" href="mailto:tea@shop.example">Mail</a> <a id="local" href="//127.0.0.1:9/x">Same host</a>
      <svg width="90" height="30"><a id="drawn" href="https://example.org/drawn?token=1"><text y="20">Drawn</text></a></svg>
      <a id="out" href="https://example.org/out">Out</a> <a id="file" href="/list.pdf"><b>File</b></a><p id="text">Text</p>
      <script>for (const type of ['click', 'auxclick', 'mousedown']) addEventListener(type, (event) => event.preventDefault())</script>`)
    for (const id of ['mail', 'local', 'drawn text']) await here.page.click(`#${id}`)
    for (const id of ['out', 'file b', 'text']) await here.page.middleClick(`#${id}`)
    await here.expect('outbound_click', [
      { link_url: 'https://example.org/drawn', target: '#drawn' },
      { link_url: 'https://example.org/out', target: '#out' },
    ])
    await here.expect('download', [{ download_url: new URL('/list.pdf', here.url).href, extension: 'pdf' }])
    await here.expect('click', [{ target: '#mail' }, { target: '#local' }, { target: '#drawn' }])
  })

  it('tells of a copy how long it is and never what', async () => {
    const here = await visit('<p id="text">canary-text</p><input id="field" value="canary-value">')
    await here.page.evaluate(() => {
      getSelection()!.selectAllChildren(document.getElementById('text')!)
      document.execCommand('copy')
      const field = document.getElementById('field') as HTMLInputElement
      field.focus()
      field.setSelectionRange(0, 6)
      document.execCommand('cut')
    })
    await here.expect('copy', [
      { length: 11, target: '#text' },
      { length: 6, target: '#field' },
    ])
    expect(JSON.stringify(here.events('copy'))).not.toContain('canary')
  })
})
