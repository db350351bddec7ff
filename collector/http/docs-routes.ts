import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { openApi } from '../openapi.ts'
import type { Routes } from '../parts.ts'
import { pagesFolder } from './static-routes.ts'

const css = `.swagger-ui .topbar { background: #0b7285 } .swagger-ui .topbar-wrapper { justify-content: space-between } .swagger-ui .topbar .download-url-wrapper { display: none !important }`

/** `GET /docs`: the description of this interface, to read and to try. */
export const docsRoutes: Routes = async (app) => {
  const icon = pagesFolder && (await readFile(join(pagesFolder, 'status/icon.svg')))
  await app.register(swagger, { mode: 'static', specification: { document: openApi() as never } })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    theme: {
      title: 'WebWatch: interface',
      css: [{ filename: 'webwatch.css', content: css }],
      ...(icon && { favicon: [{ filename: 'icon.svg', rel: 'icon', type: 'image/svg+xml', sizes: 'any', content: icon }] }),
    },
    ...(icon && { logo: { type: 'image/svg+xml', content: icon, href: '/' } }),
  })
}
