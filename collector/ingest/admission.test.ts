import Fastify from 'fastify'
import { expect, it } from 'vitest'
import type { RequestError } from '../errors.ts'
import { limitBodies, type Room } from './admission.ts'

/** An app that answers when it is told to. */
function slowApp(room: Room) {
  const app = Fastify({ trustProxy: true })
  const answers: (() => void)[] = []
  app.setErrorHandler((error: RequestError, _request, reply) =>
    reply.code(error.status).header('retry-after', error.retryAfter).send(error.code),
  )
  limitBodies(app, () => 5, room)
  app.post('/', (_request, reply) => void answers.push(() => void reply.send('taken')))
  const post = (body: string, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: '/', headers: { 'content-type': 'text/plain', ...headers }, body })
  return { post, answer: () => answers.shift()?.(), waiting: () => answers.length }
}

it('sends away what has no room, and has room again once something is answered', async () => {
  const app = slowApp({ all: 1_000 })
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

it('counts a body that is to be unpacked for what it may become', async () => {
  const app = slowApp({ all: 1_000 })
  expect((await app.post('x'.repeat(200), { 'content-encoding': 'gzip' })).statusCode).toBe(429)
})

it('leaves room for others when one address takes its time', async () => {
  const app = slowApp({ all: 1_000, address: 500 })
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
