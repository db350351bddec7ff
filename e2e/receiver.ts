import { readFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { Batch, TrackedEvent } from '@webwatch/events'

/** A batch as it came in. */
export interface ReceivedBatch {
  batch: Batch
  headers: IncomingHttpHeaders
  /** Size of the body as it was sent. */
  bytes: number
  /** When, in ms since the epoch. */
  at: number
}

/** A server that serves one page with the script tag, and keeps what the tracker sends it. */
export interface Receiver {
  url: string
  /** The same server as another origin. */
  otherUrl: string
  /** Events of every batch that was answered with 202. */
  events: TrackedEvent[]
  /** Every batch, whatever it was answered with. */
  batches: ReceivedBatch[]
  /** Everything that was asked for: method and path. */
  requests: string[]
  /** Further pages, by path. */
  pages: Map<string, { html: string; headers: Record<string, string> }>
  /** The body of the page that is served from now on, and attributes of its script tag. */
  serve(html: string, attributes: string): void
  /** The whole page that is served from now on. */
  servePage(html: string): void
  /** What batches are answered with from now on. */
  answer(status: number, headers?: Record<string, string>): void
  close(): void
}

// Without an audio track: a browser that has no loudspeaker rushes through sound.
const clip = await readFile(fileURLToPath(new URL('../collector/public/demo/media/brewing.webm', import.meta.url)))
const image = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><rect width="200" height="200" fill="teal"/></svg>'

/** Players seek by asking for parts. */
function sendClip({ headers }: IncomingMessage, response: ServerResponse): void {
  const start = Number(/bytes=(\d+)/.exec(headers.range ?? '')?.[1] ?? 0)
  const range = { 'content-range': `bytes ${start}-${clip.length - 1}/${clip.length}`, 'accept-ranges': 'bytes' }
  response.writeHead(206, { 'content-type': 'video/webm', ...range }).end(clip.subarray(start))
}

async function readBatch(request: IncomingMessage): Promise<ReceivedBatch> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
  return { batch: JSON.parse(text.toString()) as Batch, headers: request.headers, bytes: body.length, at: Date.now() }
}

const crossOrigin = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'content-type, content-encoding',
  'access-control-expose-headers': 'retry-after',
  'access-control-max-age': '600',
}

/** Starts it. @param script the built tracker */
export async function startReceiver(script: string): Promise<Receiver> {
  const events: TrackedEvent[] = []
  const batches: ReceivedBatch[] = []
  const requests: string[] = []
  const pages: Receiver['pages'] = new Map()
  let page = ''
  let answer: { status: number; headers: Record<string, string> } = { status: 202, headers: {} }
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const { status, headers } = answer
    if (request.method === 'OPTIONS') return void response.writeHead(204, crossOrigin).end()
    const received = await readBatch(request)
    batches.push(received)
    if (status === 202) events.push(...received.batch.events)
    response.writeHead(status, { 'content-type': 'application/json', ...crossOrigin, ...headers })
    response.end('{"accepted":1,"duplicates":0,"rejected":[]}')
  }
  const server = createServer((request, response) => {
    const path = request.url!.split('?')[0]
    requests.push(`${request.method} ${path}`)
    // A page that is torn down in the middle of its request has said nothing.
    if (path === '/v1/events') take(request, response).catch(() => response.destroy())
    else if (path === '/tracker.js') response.writeHead(200, { 'content-type': 'text/javascript', ...crossOrigin }).end(script)
    else if (path === '/image.svg') response.setHeader('content-type', 'image/svg+xml').end(image)
    else if (path === '/clip.webm') sendClip(request, response)
    else if (path === '/favicon.ico') response.writeHead(204).end()
    else if (pages.has(path!))
      response.writeHead(200, { 'content-type': 'text/html', ...pages.get(path!)!.headers }).end(pages.get(path!)!.html)
    else response.setHeader('content-type', 'text/html').end(page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    otherUrl: `http://localhost:${port}/`,
    events,
    batches,
    requests,
    pages,
    serve(html, attributes) {
      page = `<!doctype html><script src="/tracker.js" data-flush-ms="100" ${attributes}></script><body>${html}</body>`
    },
    servePage(html) {
      page = html
    },
    answer(status, headers = {}) {
      answer = { status, headers }
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
