import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../until.ts'
import { openTracked, type Tracked } from './tracked.ts'

const button = (id: string) => `<body style="margin: 0"><button id="${id}" style="width: 200px; height: 60px">Press</button></body>`
const attribute = (html: string) => html.replaceAll('"', '&quot;')
/** Stands at a place of its own, so that the test can click into it. */
const frame = (index: number, attributes: string) =>
  `<iframe ${attributes} style="position: absolute; left: 0; top: ${100 + index * 100}px; width: 300px; height: 80px; border: 0"></iframe>`

let tracked: Tracked | undefined
afterEach(async () => {
  await tracked?.close()
  tracked = undefined
})

describe.each(['chromium', 'firefox'] as const)('%s with the extension', (name) => {
  it('sees every kind of frame under a strict policy, for the site of the tab, and the errors of the page', async () => {
    const html = `<!doctype html>${frame(0, 'src="/inner"')}${frame(1, `srcdoc="${attribute(button('srcdoc'))}"`)}
      ${frame(2, `sandbox srcdoc="${attribute(button('sandboxed'))}"`)}${frame(3, 'id="blank"')}<button id="fail" style="position: absolute; left: 400px; top: 20px">Fail</button>
      <script nonce="n">
        const inner = document.getElementById('blank').contentDocument
        inner.body.style.margin = 0
        const button = inner.body.appendChild(inner.createElement('button'))
        button.id = 'blank-button'
        button.style = 'width: 200px; height: 60px'
        document.getElementById('fail').onclick = () => { Promise.reject(new Error('canary')); throw new Error('canary') }
        for (let count = 0; count < 20; count++) { const passing = document.createElement('iframe'); document.body.append(passing); setTimeout(() => passing.remove(), count * 20) }
      </script>`
    const headers = {
      'content-security-policy':
        "default-src 'none'; script-src 'nonce-n'; style-src 'unsafe-inline'; frame-src 'self'; require-trusted-types-for 'script'",
    }
    tracked = await openTracked(
      name,
      'page',
      new Map([
        ['/page', { html, headers }],
        ['/inner', { html: button('inner'), headers: {} }],
      ]),
    )
    const { page, events } = tracked
    const { url } = tracked.receiver
    await until('all frames are watched', async () => {
      for (let index = 0; index < 4; index++) await page.clickAt(100, 130 + index * 100)
      return new Set(events('click').map(({ data }) => data.target)).size === 4
    })
    await page.click('#fail')
    const clicks = new Map(events('click').map((event) => [event.data.target, event]))
    expect([...clicks.keys()].sort()).toEqual(['#blank-button', '#inner', '#sandboxed', '#srcdoc'])
    expect(clicks.get('#inner')!.url).toBe(`${url}inner`)
    expect(clicks.get('#srcdoc')!.url).toBe('about:srcdoc')
    expect(new Set(events('click').map(({ site }) => site))).toEqual(new Set(['127.0.0.1']))
    await until('the page view and both errors arrive', async () => events('pageview').length > 0 && events('js_error').length === 2)
    expect(new Set(events('pageview').map(({ url }) => new URL(url).pathname))).toEqual(new Set(['/page']))
    expect(
      events('js_error')
        .map(({ data }) => data.kind)
        .sort(),
    ).toEqual(['uncaught', 'unhandled'])
    for (const { data } of events('js_error')) expect(data).toMatchObject({ script_url: `${url}page`, line: expect.any(Number) })
    expect(JSON.stringify(events('js_error'))).not.toContain('canary')
  })
})
