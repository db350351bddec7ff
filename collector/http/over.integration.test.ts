import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { batchOf, clickEvent } from '../testing/batch.ts'
import { type TestCollector, testCollector } from '../testing/collector.ts'

let collector: TestCollector
beforeEach(async () => {
  collector = await testCollector()
})
afterEach(() => collector.close())

const head = (method: string, path: string, more = '') => `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`
/** An answer without an end, behind which all others of its connection wait. */
const stream = head('GET', '/v1/receipts/stream')
/** How long the collector gets to see requests that it cannot answer. */
const SEEN_MS = 50

/** Asks for a stream, says more behind it in the same connection, and leaves. */
async function sayBehindAStream(more: string): Promise<void> {
  const { hostname, port } = new URL(collector.url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.write(stream + more)
  await once(socket, 'data')
  await sleep(SEEN_MS)
  socket.destroy()
}

describe('requests that wait behind others in a connection whose client leaves', () => {
  it('leave their room to others', async () => {
    const body = JSON.stringify(batchOf([clickEvent()]))
    // Each takes 1 MiB of room, of which there are 64, since what comes in pieces does not say its length.
    const chunked = head('POST', '/v1/events', 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n')
    const batch = `${chunked}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    for (let round = 0; round < 8; round++) await sayBehindAStream(batch.repeat(10))
    expect((await collector.post(batchOf([clickEvent()]))).status).toBe(202)
  })

  it('leave their places among the streams to others', async () => {
    for (let round = 0; round < 15; round++) await sayBehindAStream(stream.repeat(20))
    const answers = await Promise.all([1, 2, 3].map(() => fetch(`${collector.url}/v1/receipts/stream`)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    for (const { body } of answers) await body?.cancel()
  })

  it('do not keep a stop waiting', async () => {
    await sayBehindAStream(head('GET', '/healthz'))
    const started = performance.now()
    await collector.close()
    expect(performance.now() - started).toBeLessThan(3_000)
    collector = await testCollector()
  })
})
