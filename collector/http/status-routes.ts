import type { Routes } from '../parts.ts'

/** `GET /healthz`, `GET /readyz` and `GET /metrics`. */
export const statusRoutes: Routes = (app, { bus, sink, telemetry, mayRead }) => {
  app.get('/healthz', async () => ({ ok: true }))

  app.get('/readyz', async (_request, reply) => {
    const named = { ...(bus && { [bus.name]: bus }), ...(sink && { [sink.store]: sink }) }
    const checks = await Promise.all(Object.entries(named).map(async ([name, part]) => [name, await part.health()] as const))
    const missing = checks.filter(([, health]) => !health.ok).map(([name]) => name)
    return reply.code(missing.length === 0 ? 200 : 503).send({ ok: missing.length === 0, missing, parts: Object.fromEntries(checks) })
  })

  app.get('/metrics', async (request, reply) => {
    mayRead(request.headers.authorization)
    return reply.type(telemetry.registry.contentType).send(await telemetry.registry.metrics())
  })
}
