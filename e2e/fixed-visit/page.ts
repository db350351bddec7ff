import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

const clip = await readFile(fileURLToPath(new URL('../../collector/public/demo/media/brewing.webm', import.meta.url)))

const rows = Array.from(
  { length: 60 },
  (_, row) =>
    `<article id="item-${row}"><h2>Item ${row}</h2><p>${'Tea is an aromatic drink. '.repeat(12)}</p><button class="add">Add</button></article>`,
).join('')

/**
 * The page of the fixed visit: a list, a form, a video, and navigation inside the page. Its own scripts do as good as nothing.
 * Like most pages it listens for what visitors do, twice: with a function that pays what the browser takes to enter scripts for an event at
 * all, and with one that tells what the trace takes for each call.
 */
const pageWith = (tag: string) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tea</title>
<script>
const last = {}
for (const listener of [function enterScript(event) { last[event.type] = event }, function callNothing() {}])
  for (const type of 'pointermove mousemove pointerover mouseover pointerdown mousedown pointerup mouseup click wheel scroll keydown keyup input'.split(' '))
    addEventListener(type, listener, { capture: true, passive: true })
</script>${tag}</head><body>
<nav><button id="nav-1">One</button> <button id="nav-2">Two</button> <button id="nav-3">Three</button></nav>
<form id="order"><input name="name" id="name"><input name="mail" id="mail" type="email"><textarea name="note" id="note"></textarea><button id="send">Send</button></form>
<video id="video" src="/clip.webm" width="240" height="135" muted></video>
<a id="file" href="/prices.csv" download>Prices</a>
${rows}
<script>
document.addEventListener('submit', (event) => event.preventDefault())
document.addEventListener('click', ({ target }) => {
  if (target.className === 'add') target.textContent = target.textContent === 'Add' ? 'Added' : 'Add'
  if (target.id.startsWith('nav-')) {
    history.pushState({}, '', '/' + target.id)
    document.title = 'Tea ' + target.id
  }
})
</script></body></html>`

/** What came in besides the page and its files. */
export interface Traffic {
  requests: number
  /** Bytes of bodies and, for requests without one, of addresses. */
  bytes: number
}

/** A server of the page, and of whatever a tracker sends. */
export interface VisitServer {
  url: string
  traffic: Traffic
  close(): void
}

/**
 * Serves the page with one tracker in it.
 * @param tag what the page includes it by; its address is `/tracker.js`
 * @param script the tracker; nothing for a page without one
 */
export async function serveVisit(tag: string, script: string): Promise<VisitServer> {
  const traffic: Traffic = { requests: 0, bytes: 0 }
  const server = createServer((request, response) => {
    const url = request.url!
    if (url.startsWith('/tracker.js')) return void response.setHeader('content-type', 'text/javascript').end(script)
    if (url === '/favicon.ico') return void response.writeHead(204).end()
    if (url === '/prices.csv') return void response.setHeader('content-type', 'text/csv').end('tea,3\n')
    if (url === '/clip.webm') {
      const start = Number(/bytes=(\d+)/.exec(request.headers.range ?? '')?.[1] ?? 0)
      const range = { 'content-range': `bytes ${start}-${clip.length - 1}/${clip.length}`, 'accept-ranges': 'bytes' }
      return void response.writeHead(206, { 'content-type': 'video/webm', ...range }).end(clip.subarray(start))
    }
    if (request.method === 'GET' && (url === '/' || url.startsWith('/nav-')))
      return void response.setHeader('content-type', 'text/html').end(pageWith(tag))
    traffic.requests++
    let size = request.method === 'POST' ? 0 : url.length
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
    })
    request.on('end', () => {
      traffic.bytes += size
      const isOurs = url === '/v1/events'
      response.writeHead(isOurs ? 202 : 200, { 'content-type': 'application/json' })
      response.end(isOurs ? '{"accepted":1,"duplicates":0,"rejected":[]}' : '{"status":1}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    traffic,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
