import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestCollector, testCollector } from '../testing/collector.ts'
import { say } from '../testing/socket.ts'

let collector: TestCollector
beforeAll(async () => {
  collector = await testCollector({ SERVER_HOST: '0.0.0.0', WRITE_KEYS: '*:write', ADMIN_TOKEN: 'admin' })
})
afterAll(() => collector.close())

const MIB = 1024 * 1024
const CONNECTIONS = 30
/** Far less than the 15 s that a request may take to arrive. */
const AT_ONCE_MS = 5_000

it.each([
  ['DELETE /v1/sites/shop.example', 'text/plain', 401],
  ['DELETE /v1/visitors/x', 'application/json', 401],
  ['POST /nothing', 'text/plain', 404],
  ['PUT /v1/events', 'application/octet-stream', 404],
  ['OPTIONS /v1/query/pageviews', 'application/json', 404],
])('%s is answered without its body, of which nobody waits for the end', async (start, type, status) => {
  const head = `${start} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${MIB}\r\n\r\n`
  const allButOne = Buffer.concat([Buffer.from(head), Buffer.alloc(MIB - 1, ' ')])
  const answers = await Promise.all(Array.from({ length: CONNECTIONS }, () => say(collector.url, allButOne)))
  for (const { text, ms } of answers) {
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(ms).toBeLessThan(AT_ONCE_MS)
  }
})
