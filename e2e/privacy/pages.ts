import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { canaries as c, planted } from './canaries.ts'

const clip = await readFile(fileURLToPath(new URL('../../collector/public/demo/media/brewing.webm', import.meta.url)))
const image = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><rect width="200" height="200" fill="teal"/></svg>'

/** Where the visit begins: its address becomes the referrer. */
export const START = `/from/${c.referrerEmail}/start?token=${c.referrerQuery}`
/** The page with a canary in every place. */
export const ACCOUNT = `/account/${c.pathEmail}/${c.pathToken}/${c.pathNumber}/view?session=${c.query}&utm_source=news#${c.hash}`

const accountPage = (script: string) => `<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="unsafe-url">
<title>Account of ${c.titleEmail}, card ${c.titleNumber}, ${c.titleToken}</title>${script}</head><body>
<form id="form" action="/pay/${c.action}?token=${c.actionQuery}" method="post">
  <input id="text" name="text"><input id="password" type="password"><input id="email" type="email"><input id="telephone" type="tel">
  <input id="card" autocomplete="cc-number" inputmode="numeric"><input id="code" autocomplete="one-time-code"><input id="search" type="search">
  <textarea id="textarea"></textarea><select id="select"><option>None</option><option value="${c.select}">${c.select}</option></select>
  <input type="hidden" name="hidden" value="${c.hidden}"><input id="file" type="file"><input name="${c.name}" class="secret-name">
  <button id="pay">Pay</button>
</form>
<form id="${c.draftToken}" class="draft"><input name="${c.draftToken}-field" class="draft-field"></form>
<div id="editable" contenteditable="true"></div>
<div id="host"></div>
<iframe id="frame" src="/frame/${c.pathToken}?token=${c.query}"></iframe>
<iframe id="srcdoc" srcdoc="<input id='inner'><button id='inner-button'>x</button>"></iframe>
<p id="words">${c.elementText}</p><p id="copied">${c.copied}</p>
<button id="${c.id}" class="secret-id" aria-label="${c.elementText}">${c.elementText}</button>
<div data-webwatch-ignore><button id="${c.ignored}" class="ignored">Hidden</button><input id="${c.ignored}-field" class="ignored-field"></div>
<img id="image" src="/image/${c.imageToken}.svg?sig=${c.query}" alt="Photo of ${c.alt}" width="120" height="90">
<video id="video" src="/media/${c.mediaToken}.webm?sig=${c.query}" width="160" height="90" muted></video>
<audio id="sound" src="/media/${c.soundToken}.webm?sig=${c.query}"></audio>
<a id="download" href="/files/${c.downloadToken}.zip?sig=${c.downloadQuery}" download>Download</a>
<a id="outbound" href="http://localhost:1/${c.outboundToken}?q=${c.outboundQuery}" target="_blank">Out</a>
<button id="push">Push</button><button id="throw">Throw</button>
<button data-testid="${planted}" class="planted">Planted</button>
<div style="height:2000px"></div>
<button id="done">Done</button>
<script>
  const shadow = host.attachShadow({ mode: 'open' })
  shadow.innerHTML = '<form id="inner-form"><input id="shadow-field"></form>'
  // The event does not leave a shadow root.
  for (const root of [document, shadow]) root.addEventListener('submit', (event) => event.preventDefault())
  outbound.addEventListener('click', (event) => event.preventDefault())
  push.addEventListener('click', () => {
    history.pushState({}, '', '/reset/${c.pushed}/' + encodeURIComponent('${c.pathEmail}') + '?token=${c.query}#${c.hash}')
    document.title = 'Reset ${c.titleNumber}'
  })
  document.getElementById('throw').addEventListener('click', () => {
    Promise.reject(new Error('${c.rejected}'))
    throw new Error('${c.thrown}')
  })
</script></body></html>`

/** The shop whose pages are full of canaries. @param script what its account page includes the script tag by */
export async function servePages(script: string): Promise<{ origin: string; close(): void }> {
  const server = createServer(({ url = '', headers }, response) => {
    const send = (type: string, body: string | Buffer) => void response.setHeader('content-type', type).end(body)
    if (url.startsWith('/image/')) return send('image/svg+xml', image)
    if (url.startsWith('/files/')) return send('application/zip', 'PK')
    if (url.startsWith('/media/')) {
      const start = Number(/bytes=(\d+)/.exec(headers.range ?? '')?.[1] ?? 0)
      const range = { 'content-range': `bytes ${start}-${clip.length - 1}/${clip.length}`, 'accept-ranges': 'bytes' }
      return void response.writeHead(206, { 'content-type': 'video/webm', ...range }).end(clip.subarray(start))
    }
    if (url.startsWith('/frame/')) return send('text/html', '<!doctype html><input id="inner"><button id="inner-button">x</button>')
    if (url.startsWith('/from/'))
      return send('text/html', `<!doctype html><meta name="referrer" content="unsafe-url"><a id="go" href="${ACCOUNT}">Go</a>`)
    if (url.startsWith('/favicon')) return void response.writeHead(204).end()
    return send('text/html', accountPage(script))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
