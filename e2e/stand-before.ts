import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

/** What those who bring events are answered. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

/**
 * Stands before a collector, as a proxy does.
 * @param answerTo what it answers itself to who brings this batch, in JSON; undefined leaves the answer to the collector
 */
export async function standBefore(
  collector: string,
  answerTo: (batch: string) => Answer | undefined,
): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    response.setHeader('access-control-allow-origin', '*').setHeader('access-control-expose-headers', 'retry-after')
    response.setHeader('access-control-allow-headers', '*')
    const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers
    const isPost = request.method === 'POST'
    const own = isPost ? answerTo(String(encoding === 'gzip' ? gunzipSync(body) : body)) : undefined
    if (own) {
      response.writeHead(own.status, own.headers).end(own.body)
      return
    }
    const init = isPost ? { body, headers: { 'content-type': type, 'content-encoding': encoding } } : {}
    const answer = await fetch(collector + request.url, { method: request.method!, ...init })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() }
}
