import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { RequestError } from '../errors.ts'
import type { Routes } from '../parts.ts'

const here = import.meta.dirname
const first = (...candidates: string[]): string | undefined => candidates.find((candidate) => existsSync(candidate))

/** The folder of the pages: beside the built collector, or in the source tree. */
export const pagesFolder = first(join(here, 'public'), join(here, '../public'))

/** `GET /tracker.js`, and the pages `/` and `/demo/`. */
export const staticRoutes: Routes = async (app) => {
  app.get('/tracker.js', async (_request, reply) => {
    const file = first(join(here, '../tracker.js'), join(here, '../../dist/tracker.js'))
    if (!file) throw new RequestError('not_found', 'The tracker is not built: npm run build:tracker')
    reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin')
    return reply.type('text/javascript; charset=utf-8').sendFile(file.slice(file.lastIndexOf('/') + 1), join(file, '..'), { maxAge: '1h' })
  })

  await app.register(fastifyStatic, pagesFolder ? { root: pagesFolder, redirect: true } : { root: here, serve: false })
}
