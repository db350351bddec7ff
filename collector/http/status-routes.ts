import type { Health } from '../bus/bus.ts'
import type { Parts, Routes } from '../parts.ts'

/** Health is looked up at most this often, in ms, however often anybody asks: each look makes connections. */
const LOOK_EVERY_MS = 1_000

/** Asks each part how it is, or repeats what it has just said. */
function healthOf({ bus, sink }: Pick<Parts, 'bus' | 'sink'>): () => Promise<Record<string, Health>> {
  const named = { [bus.name]: bus, ...(sink && { [sink.store]: sink }) }
  let known: Promise<Record<string, Health>> | undefined
  let knownUntil = 0
  const look = async () =>
    Object.fromEntries(await Promise.all(Object.entries(named).map(async ([name, part]) => [name, await part.health()])))
  return () => {
    if (!known || performance.now() > knownUntil) {
      known = look()
      knownUntil = performance.now() + LOOK_EVERY_MS
    }
    return known
  }
}

/** Events whose tag became `(other)` since this process was started, by the names of the tags that did. */
async function overflowOf({ tagOverflow }: Parts['telemetry']): Promise<Record<string, number>> {
  return Object.fromEntries((await tagOverflow.get()).values.map(({ labels: { tag }, value }) => [tag, value]))
}

/** `GET /healthz`, `GET /readyz` and `GET /metrics`. */
export const statusRoutes: Routes = (app, { bus, sink, telemetry, keys, mayRead }) => {
  const health = healthOf({ bus, ...(sink && { sink }) })

  app.get('/healthz', async () => ({ ok: true }))

  app.get('/readyz', async (request, reply) => {
    const [found, overflow] = await Promise.all([health(), overflowOf(telemetry)])
    const checks = Object.entries(found)
    const missing = checks.filter(([, { ok }]) => !ok).map(([name]) => name)
    // Reasons hold addresses of servers, which strangers need not know.
    const parts = keys.isReader(request.headers.authorization)
      ? checks
      : checks.map(([name, { ok, spool }]) => [name, { ok, ...(spool && { spool }) }] as const)
    const ok = missing.length === 0
    return reply.code(ok ? 200 : 503).send({ ok, missing, parts: Object.fromEntries(parts), overflow })
  })

  app.get('/metrics', async (request, reply) => {
    mayRead(request.headers.authorization)
    return reply.type(telemetry.registry.contentType).send(await telemetry.registry.metrics())
  })
}
