import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

/** A proxy before a collector that keeps every request to it: method, address, headers and, unpacked, the body. */
export interface Recorder {
  url: string
  requests: string[]
  close(): void
}

/** Starts it. @param collector the address that requests go on to */
export async function record(collector: () => string): Promise<Recorder> {
  const requests: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
    requests.push(`${request.method} ${request.url}\n${JSON.stringify(request.rawHeaders)}\n${plain.toString()}`)
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers
    const init = { method: request.method!, headers: headers as Record<string, string>, ...(body.length > 0 && { body }) }
    const answer = await fetch(collector() + request.url, init).catch(() => undefined)
    // The collector has been stopped: what was asked of it is recorded all the same.
    if (!answer) return void response.writeHead(502).end()
    const {
      'content-encoding': _encoding,
      'transfer-encoding': _transfer,
      'content-length': _size,
      ...kept
    } = Object.fromEntries(answer.headers)
    response.writeHead(answer.status, kept).end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
