import type { FastifyInstance } from 'fastify'
import { RequestError } from '../errors.ts'
import { MAX_BODY_BYTES } from './body.ts'

/** Most bytes of bodies that are read, unpacked and parsed at the same time. */
const MAX_BYTES = 64 * 1024 * 1024
/** How much larger JSON of ours gets when it is unpacked. */
const GZIP_RATIO = 10

/** How much of the room a request takes; one that does not say its length takes the most that it may have. */
function weigh(length: string | undefined, encoding: string | undefined): number {
  const bytes = Number(length ?? MAX_BODY_BYTES) * (encoding === 'gzip' ? GZIP_RATIO : 1)
  return Number.isNaN(bytes) ? MAX_BODY_BYTES : Math.min(bytes, MAX_BODY_BYTES)
}

/** Sends requests away, unread, while more of them are under way than memory should hold. */
export function limitBodies(app: FastifyInstance, retryAfter: () => number, maxBytes = MAX_BYTES): void {
  let inside = 0
  app.addHook('onRequest', async ({ headers }, reply) => {
    const bytes = weigh(headers['content-length'], headers['content-encoding'])
    if (inside + bytes > maxBytes) throw new RequestError('overloaded', 'Too many requests are under way', retryAfter())
    inside += bytes
    reply.raw.once('close', () => {
      inside -= bytes
    })
  })
}
