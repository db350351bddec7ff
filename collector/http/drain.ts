import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { whenOver } from './over.ts'

/** How long a request whose body is on its way may still take, and one that is being answered, in ms. */
const BODY_MS = 1_000
const ANSWER_MS = 6_000
const LOOK_EVERY_MS = 20

/**
 * Lets a stop wait for requests that came whole, and not for half of one, for a silent connection or for somebody who does not read:
 * what was not acknowledged is sent again.
 */
export function drainOnClose(app: FastifyInstance): void {
  const begun = new Set<FastifyRequest>()
  const whole = new Set<FastifyRequest>()
  app.addHook('onRequest', async (request, reply) => {
    begun.add(request)
    whenOver(request, reply, () => {
      begun.delete(request)
      whole.delete(request)
    })
  })
  app.addHook('preHandler', async (request) => {
    if (begun.has(request)) whole.add(request)
  })
  app.addHook('preClose', async () => {
    const started = Date.now()
    const waited = () => Date.now() - started
    while ((whole.size > 0 && waited() < ANSWER_MS) || (begun.size > 0 && waited() < BODY_MS)) await sleep(LOOK_EVERY_MS)
    app.server.closeAllConnections()
  })
}
