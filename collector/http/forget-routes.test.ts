import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Parts } from '../parts.ts'
import { say } from '../testing/socket.ts'
import { forgetRoutes } from './forget-routes.ts'

const TIMEOUT_MS = 200
const DELETION_MS = 5 * TIMEOUT_MS

let app: ReturnType<typeof Fastify>
let url: string
beforeEach(async () => {
  app = Fastify({ connectionTimeout: TIMEOUT_MS })
  const sink = {
    async forget() {
      await sleep(DELETION_MS)
      return 7
    },
  }
  forgetRoutes(app, { sink, keys: { mayDelete: () => undefined }, log: pino({ level: 'silent' }) } as unknown as Parts)
  // As any route is, whose connection is silent for too long.
  app.get('/slow', () => sleep(DELETION_MS))
  url = await app.listen({ port: 0, host: '127.0.0.1' })
})
afterEach(() => app.close())

it('a deletion that takes longer than a connection may be silent is answered all the same', async () => {
  const ask = (start: string) => say(url, `${start} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  const [deletion, other] = await Promise.all([ask('DELETE /v1/sites/shop.example'), ask('GET /slow')])
  expect(deletion.text).toMatch(/^HTTP\/1\.1 200 .+\{"deleted":7\}$/s)
  expect(other.text).toBe('')
})
