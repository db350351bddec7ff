import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestCollector, testCollector } from '../testing/collector.ts'
import { CONNECTIONS } from './connections.ts'

let collector: TestCollector
beforeAll(async () => {
  collector = await testCollector({ SERVER_HOST: '0.0.0.0', WRITE_KEYS: '*:write', ADMIN_TOKEN: 'admin' })
})
afterAll(() => collector.close())

async function open(localAddress: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(collector.url).port), localAddress })
  socket.on('error', () => socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** The status that is answered to a request in a connection; nothing when it is ended instead. */
function ask(socket: Socket): Promise<string | undefined> {
  socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
  return new Promise((resolve) => {
    socket.once('data', (data) => resolve(/^HTTP\/1\.1 (\d+)/.exec(String(data))?.[1]))
    socket.once('close', () => resolve(undefined))
  })
}

it('one address does not get all connections, and has some again once it has closed others', async () => {
  const held = await Promise.all(Array.from({ length: CONNECTIONS.address }, () => open('127.0.0.2')))
  expect(await ask(held.at(-1)!)).toBe('200')
  expect(await ask(await open('127.0.0.2'))).toBeUndefined()
  const other = await open('127.0.0.3')
  expect(await ask(other)).toBe('200')
  const metrics = await collector.get('/metrics', { authorization: 'Bearer admin' })
  expect(metrics.body).toMatch(/^webwatch_http_connections_refused_total\{bound="address"\} 1$/m)
  for (const socket of [...held, other]) socket.destroy()
  await expect
    .poll(async () => {
      const again = await open('127.0.0.2')
      const status = await ask(again)
      again.destroy()
      return status
    })
    .toBe('200')
})
