import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { inBothBrowsers, type Visit } from './visitor.ts'

const run = ({ page }: Visit, code: string) => page.evaluate((source: string) => void new Function(source)(), code)

inBothBrowsers((visit) => {
  it('is one submission by click, by Enter and by requestSubmit()', async () => {
    const here = await visit(
      '<form id="f" class="order" onsubmit="return false"><input id="a" name="elements"><select></select><textarea></textarea><input type="hidden"><button id="send">Send</button></form>',
    )
    await here.page.click('#send')
    await here.page.focus('#a')
    await here.page.press('Enter')
    await run(here, "document.getElementById('f').requestSubmit()")
    const submission = { form_id: 'f', form_class: 'order', fields: 3, valid: true }
    await here.expect('form_submission', [submission, submission, submission])
  })

  it('is one by form.submit(), and none when a page only looks at its data', async () => {
    const here = await visit(`<form id="f"><input name="q" value="canary"></form><form id="g"></form>
      <button id="go" onclick="document.getElementById('f').submit()">Go</button>`)
    await run(here, "new FormData(document.getElementById('g'))")
    await delay(1_100)
    // By a click: that the visitor has begun it makes no link of it.
    await here.page.click('#go')
    await here.expect('form_submission', [{ form_id: 'f', valid: true }])
    expect(JSON.stringify(here.events('form_submission'))).not.toContain('canary')
  })

  it('is none when the page saves what is typed and the visitor follows a link: then it is abandoned', async () => {
    const here = await visit(`<form id="f"><input id="a"></form><a id="away" href="/image.svg">Away</a>
      <script>document.getElementById('a').oninput = ({ target }) => new FormData(target.form)</script>`)
    await here.page.type('#a', 'x')
    await here.page.click('#away')
    await here.expect('form_abandonment', [{ form_id: 'f' }])
    await here.expect('form_submission', [])
  })

  it('is one of its own by form.submit(), a minute after the page has sent the form by itself', async () => {
    const here = await visit('<form id="f" onsubmit="return false"><button id="send">Send</button></form>', {
      head: '<script>const elapsed = performance.now.bind(performance); let skipped = 0; performance.now = () => elapsed() + skipped; window.skip = (ms) => { skipped += ms }</script>',
    })
    await here.page.click('#send')
    await run(here, 'skip(61_000)')
    await run(here, "document.getElementById('f').submit()")
    await here.expect('form_submission', [{ form_id: 'f' }, { form_id: 'f' }])
  })

  it('says of an attempt that the browser stops that it is not valid, and is none when a page checks by itself', async () => {
    const here = await visit(`<form id="f"><input id="a" required><input required><button id="send">Send</button></form>
      <script>document.getElementById('a').oninput = ({ target }) => target.form.checkValidity()</script>`)
    await here.page.type('#a', 'xy')
    await here.page.click('#send')
    await here.expect('form_submission', [{ form_id: 'f', valid: false }])
  })

  it('is one for a form that was added later, in a shadow root too, and for one that a handler sends on', async () => {
    const here = await visit('<div id="host"></div>')
    await run(
      here,
      `
      document.getElementById('host').attachShadow({ mode: 'open' }).innerHTML = '<form id="dark"><button>Send</button></form>'
      document.getElementById('host').shadowRoot.firstChild.onsubmit = () => false
      document.body.insertAdjacentHTML('beforeend', '<form id="late" action="/late"><button id="send">Send</button></form>')
      document.getElementById('late').onsubmit = (event) => { event.preventDefault(); setTimeout(() => event.target.submit(), 200) }`,
    )
    await here.page.click('#host >>> button')
    await here.page.click('#send')
    await here.expect('form_submission', [{ form_id: 'dark' }, { form_id: 'late' }])
  })

  it('follows the focus from field to field, with dwell and whether it was filled', async () => {
    const here =
      await visit(`<input id="a" name="first"><div id="host"></div><div id="c" contenteditable></div><input type="checkbox" id="d"><button id="away">Away</button><script>
      document.getElementById('host').attachShadow({ mode: 'open' }).innerHTML = '<input id="b1"><input id="b2">'
    </script>`)
    await here.page.click('#a')
    await delay(600)
    await here.page.click('#host >>> #b1')
    await here.page.press('x')
    await here.page.press('Tab')
    await here.page.click('#c')
    await here.page.press('x')
    await here.page.click('#d')
    await here.page.click('#away')
    await here.expect('field_focus', [
      { field_id: 'a', field_name: 'first', field_type: 'text' },
      { field_id: 'b1' },
      { field_id: 'b2' },
      { field_id: 'c', field_type: 'contenteditable' },
      { field_id: 'd', field_type: 'checkbox' },
    ])
    await here.expect('field_blur', [
      { field_id: 'a', filled: false },
      { field_id: 'b1', filled: true },
      { field_id: 'b2', filled: false },
      { field_id: 'c', filled: true },
      { field_id: 'd', filled: true },
    ])
    expect((here.events('field_blur')[0]!.data as { dwell: number }).dwell).toBeGreaterThan(0.55)
  })

  it('is neither left nor entered when it is the tab that is left', async () => {
    const here = await visit('<input id="a"><button id="away">Away</button>')
    await here.page.click('#a')
    // As browsers do it: the field stays the active element, and the document has no focus.
    await run(
      here,
      `
      const field = document.getElementById('a')
      Document.prototype.hasFocus = () => false
      field.dispatchEvent(new FocusEvent('focusout', { bubbles: true, composed: true }))
      Document.prototype.hasFocus = () => true
      field.dispatchEvent(new FocusEvent('focusin', { bubbles: true, composed: true }))`,
    )
    await here.page.click('#away')
    await here.expect('field_focus', [{ field_id: 'a' }])
    await here.expect('field_blur', [{ field_id: 'a', filled: false }])
  })

  it('is abandoned when it was begun and not sent, once', async () => {
    const here = await visit(`<form id="sent" onsubmit="return false"><input id="a"><button id="send">Send</button></form>
      <form id="stopped"><input id="b"><input required><button id="try">Try</button></form><form id="touched"><input id="c"></form>`)
    await here.page.type('#a', 'x')
    await here.page.click('#send')
    await here.page.type('#b', 'canary')
    await here.page.click('#try')
    await here.page.click('#c')
    await run(here, "history.pushState(null, '', '/next')")
    await here.expect('form_abandonment', [{ form_id: 'stopped', fields: 2, changed: 1, last_field: 'b' }])
    expect(JSON.stringify(here.events('form_abandonment'))).not.toContain('canary')
  })
})
