import helmet from '@fastify/helmet'
import Fastify, { type FastifyError, type FastifyInstance, LogController } from 'fastify'
import type { Role } from '../config.ts'
import { RequestError, type RequestErrorCode } from '../errors.ts'
import { MAX_BODY_BYTES } from '../ingest/body.ts'
import { ingestRoutes } from '../ingest/routes.ts'
import type { Parts, Routes } from '../parts.ts'
import { receiptRoutes } from '../receipts/routes.ts'
import { allowCrossOrigin } from './cors.ts'
import { docsRoutes } from './docs-routes.ts'
import { storedEventsRoutes } from './events-route.ts'
import { staticRoutes } from './static-routes.ts'
import { statusRoutes } from './status-routes.ts'

/** Everything that the collector answers to. A process that only stores takes no events. */
const routesOf = (role: Role): readonly Routes[] => [
  ...(role === 'sink' ? [] : [ingestRoutes]),
  storedEventsRoutes,
  receiptRoutes,
  statusRoutes,
  docsRoutes,
  staticRoutes,
]

const fastifyCodes: Readonly<Record<string, RequestErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_type',
  FST_ERR_CTP_EMPTY_TYPE: 'unsupported_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'not_json',
}

/** What a sender may know of a failure: never a stack trace, never the words of a fault of ours. */
function toRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error
  const { code, statusCode, message } = error as FastifyError
  const known = fastifyCodes[code]
  if (known) return new RequestError(known, message)
  if (statusCode === 404) return new RequestError('not_found', 'There is nothing at this address')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new RequestError('invalid_query', message)
  return new RequestError('internal', 'A fault of the collector; its log says more')
}

async function secure(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    // The tracker is for other people's pages.
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    crossOriginOpenerPolicy: false,
    contentSecurityPolicy: {
      directives: { mediaSrc: ["'self'", 'data:', 'blob:'], frameSrc: ["'self'", 'data:', 'blob:'], upgradeInsecureRequests: null },
    },
  })
}

/** The HTTP side of a collector, not yet listening. */
export async function buildServer(parts: Parts): Promise<FastifyInstance> {
  const { config, log, telemetry } = parts
  const { trustProxy: proxies } = config
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    trustProxy: typeof proxies === 'number' ? (_address, hop) => hop < proxies : proxies,
    // Slow and half-open requests are cut; idle connections of senders are kept.
    requestTimeout: 15_000,
    connectionTimeout: 0,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    routerOptions: { maxParamLength: 256 },
  }) as unknown as FastifyInstance
  app.setErrorHandler((thrown, request, reply) => {
    const error = toRequestError(thrown)
    if (error.status >= 500 && !(thrown instanceof RequestError))
      log.error({ err: thrown, route: request.routeOptions.url }, 'request failed')
    if (error.retryAfter !== undefined) reply.header('retry-after', String(error.retryAfter))
    return reply.code(error.status).send({ error: { code: error.code, message: error.message } })
  })
  app.setNotFoundHandler(() => {
    throw new RequestError('not_found', 'There is nothing at this address')
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    telemetry.requests.observe({ route, status: String(reply.statusCode) }, reply.elapsedTime / 1000)
  })
  await secure(app)
  await allowCrossOrigin(app, config)
  for (const register of routesOf(config.role)) await app.register(async (scope) => register(scope, parts))
  return app
}
