import type { FastifyRequest } from 'fastify'
import { RequestError, SinkUnavailable } from '../errors.ts'
import type { Parts, Routes } from '../parts.ts'
import type { Whom } from '../sink/sink.ts'

async function forget({ sink, log, keys }: Parts, request: FastifyRequest, whom: Whom): Promise<{ deleted: number }> {
  keys.mayDelete(request.headers.authorization)
  if (!sink) throw new RequestError('no_store', 'This process has no store to delete from')
  const deleted = await sink.forget(whom).catch((error) => {
    throw error instanceof SinkUnavailable ? new RequestError('no_store', error.message, 5) : error
  })
  log.info({ deleted, kind: whom.visitor === undefined ? 'site' : 'visitor' }, 'data was deleted on request')
  return { deleted }
}

/** `DELETE /v1/sites/:site` and `DELETE /v1/visitors/:visitor?site=`: the store forgets them. */
export const forgetRoutes: Routes = (app, parts) => {
  app.delete<{ Params: { site: string } }>('/v1/sites/:site', (request) => forget(parts, request, { site: request.params.site }))

  app.delete<{ Params: { visitor: string }; Querystring: { site?: string | string[] } }>('/v1/visitors/:visitor', (request) => {
    const { site } = request.query
    if (Array.isArray(site)) throw new RequestError('invalid_query', 'site is given more than once')
    return forget(parts, request, { visitor: request.params.visitor, ...(site && { site }) })
  })
}
