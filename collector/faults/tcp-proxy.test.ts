import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { diceOf } from './dice.ts'
import { type TcpProxy, tcpProxy } from './tcp-proxy.ts'

let echo: Server
let proxy: TcpProxy
beforeAll(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => void socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  proxy = await tcpProxy((echo.address() as AddressInfo).port, diceOf(1))
})
afterAll(async () => {
  await proxy.close()
  echo.close()
})

/** A connection through the proxy, which collects what comes back. */
async function client() {
  const socket: Socket = connect(proxy.port, '127.0.0.1')
  await once(socket, 'connect')
  const got: Buffer[] = []
  let failed = false
  socket
    .on('data', (piece) => got.push(piece))
    .on('error', () => {
      failed = true
    })
  return { socket, text: () => Buffer.concat(got).toString(), hasFailed: () => failed }
}

it('passes everything on, and its end, while nothing is wrong', async () => {
  const { socket, text } = await client()
  socket.end('hello')
  await once(socket, 'close')
  expect(text()).toBe('hello')
})

it('drops, and resets what has lost bytes when it is healed', async () => {
  const { socket, text, hasFailed } = await client()
  proxy.harm({ kind: 'drop' })
  socket.write('lost')
  await expect.poll(() => proxy.harmed('drop')).toBe(1)
  proxy.heal()
  await expect.poll(hasFailed).toBe(true)
  expect(text()).toBe('')
})

it('delays', async () => {
  const { socket, text } = await client()
  proxy.harm({ kind: 'delay', ms: 150 })
  const started = performance.now()
  socket.write('late')
  await expect.poll(text).toBe('late')
  expect(performance.now() - started).toBeGreaterThanOrEqual(290)
  proxy.heal()
  socket.destroy()
})

it('changes one byte of the first piece', async () => {
  const { socket, text } = await client()
  proxy.harm({ kind: 'corrupt' })
  socket.write('aaaaaaaa')
  await expect.poll(() => text().length).toBeGreaterThan(0)
  proxy.heal()
  expect(text()).not.toBe('aaaaaaaa')
  socket.destroy()
})

it('resets', async () => {
  const { hasFailed } = await client()
  proxy.harm({ kind: 'reset' })
  await expect.poll(hasFailed).toBe(true)
  proxy.heal()
})

it('lets so many bytes through in a second', async () => {
  const { socket, text } = await client()
  proxy.harm({ kind: 'limit', bytesPerSecond: 1_000_000 })
  const started = performance.now()
  socket.write(Buffer.alloc(500_000, 'x'))
  await expect.poll(() => text().length, { timeout: 10_000 }).toBe(500_000)
  expect(performance.now() - started).toBeGreaterThanOrEqual(450)
  proxy.heal()
  socket.destroy()
})

it('does the same again with the same seed, for each purpose', () => {
  const throws = (seed: number, purpose?: string) => {
    const dice = diceOf(seed, purpose)
    return [dice.between(1, 1_000), dice.percent(50), dice.shuffled([1, 2, 3, 4, 5])]
  }
  expect(throws(7)).toEqual(throws(7))
  expect(throws(7)).not.toEqual(throws(8))
  expect(throws(7, 'a proxy')).toEqual(throws(7, 'a proxy'))
  expect(throws(7, 'a proxy')).not.toEqual(throws(7, 'a scenario'))
})
