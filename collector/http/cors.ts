import cors, { type FastifyCorsOptions } from '@fastify/cors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'

const extensionOrigin = /^(chrome|moz|safari-web)-extension:\/\//
const writes = new Set(['/v1/events', '/v1/validate'])

/**
 * Whether scripts of an origin may read an answer. Extensions may: their user installed them. Pages may only write,
 * and only those of sites that have a key, once there are keys: otherwise any page could read what a local collector stores.
 */
export function allowsOrigin(origin: string, method: string, path: string, { writeKeys }: Pick<Config, 'writeKeys'>): boolean {
  if (extensionOrigin.test(origin)) return true
  if (method !== 'POST' || !writes.has(path)) return false
  if (writeKeys.length === 0) return true
  if (!URL.canParse(origin)) return false
  const { host, hostname } = new URL(origin)
  return writeKeys.some(({ site }) => site === '*' || site === host || site === hostname)
}

/** Lets pages with the script tag, and extensions, talk to the collector from their own origins. */
export async function allowCrossOrigin(app: FastifyInstance, config: Config): Promise<void> {
  const options = (request: FastifyRequest): FastifyCorsOptions => {
    const { origin, 'access-control-request-method': asked } = request.headers
    const method = request.method === 'OPTIONS' ? (asked ?? 'GET') : request.method
    const allowed = origin !== undefined && allowsOrigin(origin, method, request.url.split('?', 1)[0]!, config)
    return {
      origin: allowed ? origin : false,
      methods: ['GET', 'POST'],
      allowedHeaders: ['authorization', 'content-type', 'content-encoding'],
      exposedHeaders: ['retry-after'],
      maxAge: 86_400,
      strictPreflight: false,
    }
  }
  await app.register(cors, { delegator: (request, done) => done(null, options(request)) })
}
