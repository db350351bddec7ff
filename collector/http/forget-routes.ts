import type { FastifyRequest } from 'fastify'
import { noStore } from '../errors.ts'
import { one, type Parameters } from '../parameters.ts'
import type { Parts, Routes } from '../parts.ts'
import type { Whom } from '../sink/sink.ts'

async function forget({ sink, log, keys }: Parts, request: FastifyRequest, whom: Whom): Promise<{ deleted: number }> {
  keys.mayDelete(request.headers.authorization)
  if (!sink) throw noStore()
  // A deletion takes as long as it takes, and says nothing meanwhile. With the next request the server sets its own timeout again.
  request.raw.socket.setTimeout(0)
  const deleted = await sink.forget(whom)
  log.info({ deleted, kind: whom.visitor === undefined ? 'site' : 'visitor' }, 'data was deleted on request')
  return { deleted }
}

/** `DELETE /v1/sites/:site` and `DELETE /v1/visitors/:visitor?site=`: the store forgets them. */
export const forgetRoutes: Routes = (app, parts) => {
  app.delete<{ Params: { site: string } }>('/v1/sites/:site', (request) => forget(parts, request, { site: request.params.site }))

  app.delete<{ Params: { visitor: string }; Querystring: Parameters }>('/v1/visitors/:visitor', (request) => {
    const site = one(request.query, 'site')
    return forget(parts, request, { visitor: request.params.visitor, ...(site && { site }) })
  })
}
