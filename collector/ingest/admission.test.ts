import Fastify from 'fastify'
import { expect, it } from 'vitest'
import type { RequestError } from '../errors.ts'
import { limitBodies, type Rooms } from './admission.ts'

/** An app that answers when it is told to. */
function slowApp(rooms: Rooms) {
  const app = Fastify({ trustProxy: true })
  const answers: (() => void)[] = []
  app.setErrorHandler((error: RequestError, _request, reply) =>
    reply.code(error.status).header('retry-after', error.retryAfter).send(error.code),
  )
  limitBodies(app, () => 5, rooms)
  app.post('/', (_request, reply) => void answers.push(() => void reply.send('taken')))
  const post = (body: string, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: '/', headers: { 'content-type': 'text/plain', ...headers }, body })
  return { post, answer: () => answers.shift()?.(), waiting: () => answers.length }
}

it('sends away what has no room, and has room again once something is answered', async () => {
  const app = slowApp({ all: { all: 1_000 } })
  const first = app.post('x'.repeat(600))
  await expect.poll(app.waiting).toBe(1)
  const second = await app.post('x'.repeat(600))
  expect([second.statusCode, second.body, second.headers['retry-after']]).toEqual([429, 'overloaded', '5'])
  app.answer()
  expect((await first).body).toBe('taken')
  const third = app.post('x'.repeat(600))
  await expect.poll(app.waiting).toBe(1)
  app.answer()
  expect((await third).statusCode).toBe(200)
})

it.each(['gzip', 'GZip'])('counts a body that is to be unpacked for what it may become: %s', async (coding) => {
  const app = slowApp({ all: { all: 1_000 } })
  expect((await app.post('x'.repeat(200), { 'content-encoding': coding })).statusCode).toBe(429)
})

it('leaves room for others when one address takes its time', async () => {
  const app = slowApp({ all: { all: 1_000, address: 500 } })
  const from = (ip: string) => app.post('x'.repeat(400), { 'x-forwarded-for': ip })
  const first = from('10.0.0.1')
  await expect.poll(app.waiting).toBe(1)
  expect((await from('10.0.0.1')).statusCode).toBe(429)
  const other = from('10.0.0.2')
  await expect.poll(app.waiting).toBe(2)
  app.answer()
  app.answer()
  expect([(await first).statusCode, (await other).statusCode]).toEqual([200, 200])
})

it('takes the addresses of an IPv6 network for one', async () => {
  const app = slowApp({ all: { all: 1_000, address: 500 } })
  const from = (ip: string) => app.post('x'.repeat(400), { 'x-forwarded-for': ip })
  const first = from('2001:db8::1')
  await expect.poll(app.waiting).toBe(1)
  expect((await from('2001:db8::2')).statusCode).toBe(429)
  const other = from('2001:db8:0:1::2')
  await expect.poll(app.waiting).toBe(2)
  app.answer()
  app.answer()
  expect([(await first).statusCode, (await other).statusCode]).toEqual([200, 200])
})

it('keeps room for those whose key is known, whatever the others do', async () => {
  const app = slowApp({ all: { all: 1_000 }, keyless: { all: 500 } })
  const known = () => app.post('x'.repeat(400), { authorization: 'Bearer key' })
  const stranger = () => app.post('x'.repeat(400))
  const first = stranger()
  await expect.poll(app.waiting).toBe(1)
  expect((await stranger()).statusCode).toBe(429)
  const second = known()
  await expect.poll(app.waiting).toBe(2)
  expect((await known()).statusCode).toBe(429)
  app.answer()
  app.answer()
  expect([(await first).statusCode, (await second).statusCode]).toEqual([200, 200])
})
