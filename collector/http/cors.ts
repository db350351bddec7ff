import cors, { type FastifyCorsOptions } from '@fastify/cors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { bearer, type Keyring } from '../ingest/keys.ts'

const extensionOrigin = /^(chrome|moz|safari-web)-extension:\/\//
const writes = new Set(['/v1/events', '/v1/validate'])

/**
 * Whether scripts of an origin may read an answer. Extensions may: their user installed them. Pages may only write,
 * and once there are keys only those of the key's sites: otherwise any page could read what a local collector stores.
 * @param key the write key of the request; a preflight has none, and then the sites of all keys count
 */
function allowsOrigin(origin: string, method: string, path: string, key: string | undefined, keys: Keyring): boolean {
  if (extensionOrigin.test(origin)) return true
  return method === 'POST' && writes.has(path) && keys.servesOrigin(origin, key)
}

/** Takes the permission to read the answer back, once the key in the body turns out to be of another site than the page. */
export function withholdAnswer(request: FastifyRequest, reply: FastifyReply, key: string | undefined, keys: Keyring): void {
  const { origin } = request.headers
  if (origin !== undefined && !extensionOrigin.test(origin) && !keys.servesOrigin(origin, key)) {
    reply.removeHeader('access-control-allow-origin')
  }
}

/** Lets pages with the script tag, and extensions, talk to the collector from their own origins. */
export async function allowCrossOrigin(app: FastifyInstance, keys: Keyring): Promise<void> {
  const options = (request: FastifyRequest): FastifyCorsOptions => {
    const { origin, authorization, 'access-control-request-method': asked } = request.headers
    const method = request.method === 'OPTIONS' ? (asked ?? 'GET') : request.method
    const path = request.url.split('?', 1)[0]!
    const isAllowed = origin && allowsOrigin(origin, method, path, bearer(authorization), keys)
    return {
      origin: isAllowed ? origin : false,
      methods: ['GET', 'POST'],
      allowedHeaders: ['authorization', 'content-type', 'content-encoding'],
      exposedHeaders: ['retry-after'],
      maxAge: 86_400,
      strictPreflight: false,
      // A preflight is answered by its route, so that it counts for the limits.
      preflightContinue: true,
    }
  }
  await app.register(cors, { delegator: (request, done) => done(null, options(request)) })
}
