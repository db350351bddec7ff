import Fastify, { type FastifyInstance, type FastifyReply, LogController } from 'fastify'
import helmet from 'helmet'
import type { Role } from '../config.ts'
import { RequestError, type RequestErrorCode } from '../errors.ts'
import { MAX_BODY_BYTES } from '../ingest/body.ts'
import { ingestRoutes, noIngestRoutes } from '../ingest/routes.ts'
import { ledgerRoutes } from '../ledger/routes.ts'
import type { Parts, Routes } from '../parts.ts'
import { queryRoutes } from '../query/routes.ts'
import { receiptRoutes } from '../receipts/routes.ts'
import { traceRequests } from '../tracing.ts'
import { ignoreBodies } from './bodies.ts'
import { limitConnections } from './connections.ts'
import { allowCrossOrigin } from './cors.ts'
import { docsRoutes } from './docs-routes.ts'
import { drainOnClose } from './drain.ts'
import { storedEventsRoutes } from './events-route.ts'
import { answerClientError, sendError, toRequestError } from './failures.ts'
import { forgetRoutes } from './forget-routes.ts'
import { type Limits, limitRates } from './limits.ts'
import { keepLocal } from './local.ts'
import { answerInstead } from './plain-answers.ts'
import { staticRoutes } from './static-routes.ts'
import { statusRoutes } from './status-routes.ts'

/** Time in which headers must be there, and the whole request, in ms. */
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 15_000

/** Everything that the collector answers to. */
const routesOf = (role: Role, limits: Limits): readonly Routes[] => [
  role === 'sink' ? noIngestRoutes : ingestRoutes(limits),
  storedEventsRoutes,
  queryRoutes,
  ledgerRoutes,
  forgetRoutes,
  receiptRoutes,
  statusRoutes,
  docsRoutes,
  staticRoutes,
]

/** Security headers. helmet itself and not @fastify/helmet, which puts the policy together anew for each request. */
function secure(app: FastifyInstance): void {
  const protect = helmet({
    // The tracker is for other people's pages.
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    crossOriginOpenerPolicy: false,
    contentSecurityPolicy: {
      directives: { mediaSrc: ["'self'", 'data:', 'blob:'], frameSrc: ["'self'", 'data:', 'blob:'], upgradeInsecureRequests: null },
    },
  })
  app.addHook('onRequest', (request, reply, done) => protect(request.raw, reply.raw, (error) => done(error as Error | undefined)))
}

/** Slow and half-open requests are cut; idle connections of senders are kept. */
const timeouts = {
  requestTimeout: REQUEST_TIMEOUT_MS,
  // Of a peer that neither sends nor reads: an answer that stays open says something every 15 s.
  connectionTimeout: 120_000,
  keepAliveTimeout: 65_000,
  http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: 1_000, requireHostHeader: false },
}

/** The HTTP side of a collector, not yet listening. */
export async function buildServer(parts: Parts): Promise<FastifyInstance> {
  const { config, log, telemetry, keys, stopping } = parts
  const { trustProxy: proxies } = config
  const count = (code: RequestErrorCode): void => telemetry.refused.inc({ code })
  const refuse = (reply: FastifyReply, thrown: unknown): FastifyReply => {
    const error = toRequestError(thrown)
    count(error.code)
    return sendError(reply, error)
  }
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    trustProxy: typeof proxies === 'number' ? (_address, hop) => hop < proxies : proxies,
    ...timeouts,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: (failure, socket) => answerClientError(failure, socket, count),
    frameworkErrors: (thrown, _request, reply) => void refuse(reply, thrown),
    routerOptions: { maxParamLength: 256 },
  }) as unknown as FastifyInstance
  limitConnections(app, parts)
  ignoreBodies(app)
  app.setErrorHandler((thrown, request, reply) => {
    if (toRequestError(thrown).code === 'internal') log.error({ err: thrown, route: request.routeOptions.url }, 'request failed')
    return refuse(reply, thrown)
  })
  app.setNotFoundHandler(() => {
    throw new RequestError('not_found', 'There is nothing at this address')
  })
  drainOnClose(app)
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    telemetry.requests.observe({ route, status: String(reply.statusCode) }, reply.elapsedTime / 1000)
  })
  traceRequests(app)
  secure(app)
  // Ahead of all that refuses: pages may read whether and when to come back.
  await allowCrossOrigin(app, keys)
  app.addHook('onRequest', async (request, reply) => {
    // What is refused during a stop shows nowhere else.
    if (!stopping.aborted || request.routeOptions.url === '/metrics') return
    reply.header('connection', 'close')
    throw new RequestError('stopping', 'This collector is being stopped', 5)
  })
  answerInstead(app)
  if (config.loopback) keepLocal(app)
  const limits = await limitRates(app, parts)
  for (const register of routesOf(config.role, limits)) await app.register(async (scope) => register(scope, parts))
  return app
}
