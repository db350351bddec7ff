import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Batch, TrackedEvent } from '@webwatch/events'

/** A server that serves one page with the script tag, and keeps what the tracker sends it. */
export interface Receiver {
  url: string
  events: TrackedEvent[]
  /** The body of the page that is served from now on, and attributes of its script tag. */
  serve(html: string, attributes: string): void
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

/** Starts it. @param script the built tracker */
export async function startReceiver(script: string): Promise<Receiver> {
  const events: TrackedEvent[] = []
  let page = ''
  const server = createServer(async (request, response) => {
    const path = request.url!.split('?')[0]
    if (path === '/v1/events') {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const batch = JSON.parse(Buffer.concat(chunks).toString()) as Batch
      events.push(...batch.events)
      response.writeHead(202, { 'content-type': 'application/json' }).end('{"accepted":1,"duplicates":0,"rejected":[]}')
    } else if (path === '/tracker.js') response.setHeader('content-type', 'text/javascript').end(script)
    else if (path === '/image.svg') response.setHeader('content-type', 'image/svg+xml').end(image)
    else if (path === '/clip.webm') sendClip(request, response)
    else response.setHeader('content-type', 'text/html').end(page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    events,
    serve(html, attributes) {
      page = `<!doctype html><script src="/tracker.js" data-flush-ms="100" ${attributes}></script><body>${html}</body>`
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
