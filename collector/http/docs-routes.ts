import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { openApi } from '../openapi.ts'
import type { Routes } from '../parts.ts'

/** `GET /docs`: the description of this interface, to read and to try. */
export const docsRoutes: Routes = async (app) => {
  await app.register(swagger, { mode: 'static', specification: { document: openApi() as never } })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
}
