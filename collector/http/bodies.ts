import type { FastifyInstance } from 'fastify'

/**
 * Lets routes answer without the body of their request, whatever its type: Fastify's own parsers would hold a MiB of it for anybody, before a
 * route has seen a key. Node throws away what still comes. Routes that want a body bring parsers of their own, and bounds.
 */
export function ignoreBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
}
