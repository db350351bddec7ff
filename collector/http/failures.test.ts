import Fastify from 'fastify'
import { expect, it } from 'vitest'
import { RequestError, SinkUnavailable } from '../errors.ts'
import { sendError, toRequestError } from './failures.ts'

/** What is answered when something is thrown in the middle of a request. */
async function answerTo(thrown: unknown) {
  const app = Fastify()
  app.setErrorHandler((error, _request, reply) => sendError(reply, toRequestError(error)))
  app.get('/', async () => {
    throw thrown
  })
  return app.inject('/')
}

it('a fault of ours is an error like any other, and says nothing of the inside', async () => {
  const fault = Object.assign(new Error('secret of /srv/collector.ts'), { cause: new Error('secret'), detail: 'secret' })
  for (const thrown of [fault, Object.assign(new Error('secret'), { statusCode: 500 }), new TypeError('secret')]) {
    const answer = await answerTo(thrown)
    expect(answer.statusCode).toBe(500)
    expect(answer.json()).toEqual({ error: { code: 'internal', message: 'A fault of the collector; its log says more' } })
    expect(JSON.stringify([answer.body, answer.headers])).not.toContain('secret')
  }
})

it('a store that does not answer is one to ask again', async () => {
  const answer = await answerTo(new SinkUnavailable('InfluxDB: it does not answer'))
  const error = { code: 'no_store', message: 'InfluxDB: it does not answer' }
  expect([answer.statusCode, answer.headers['retry-after'], answer.json()]).toEqual([503, '5', { error }])
})

it('who shall come back later is told when', async () => {
  const answer = await answerTo(new RequestError('no_durable_place', 'Not now', 5))
  expect([answer.statusCode, answer.headers['retry-after'], answer.json().error.code]).toEqual([503, '5', 'no_durable_place'])
})
