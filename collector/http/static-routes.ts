import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { RequestError } from '../errors.ts'
import type { Routes } from '../parts.ts'

const here = import.meta.dirname
const first = (...candidates: string[]): string | undefined => candidates.find((candidate) => existsSync(candidate))

/** The folder of the pages: beside the built collector, or in the source tree. */
export const pagesFolder = first(join(here, 'public'), join(here, '../public'))

const trackerFiles = [
  ['tracker.js', 'text/javascript'],
  ['tracker.js.sri', 'text/plain'],
  ['tracker.d.ts', 'text/plain'],
] as const

/** Whether an address names a script by the beginning of its SHA-256, in hexadecimal. */
const isNamedBy = (version: unknown, script: Buffer): boolean =>
  typeof version === 'string' && version.length >= 12 && createHash('sha256').update(script).digest('hex').startsWith(version)

/** `GET /tracker.js` with its hash and its types, and the pages `/` and `/demo/`. */
export const staticRoutes: Routes = async (app) => {
  for (const [name, type] of trackerFiles) {
    app.get<{ Querystring: { v?: unknown } }>(`/${name}`, async ({ query: { v } }, reply) => {
      const file = first(join(here, `../${name}`), join(here, `../../dist/${name}`))
      if (!file) throw new RequestError('not_found', 'The tracker is not built: npm run build:tracker')
      reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin')
      // Under its own hash a script never changes: browsers need not ask again.
      const isLasting = v !== undefined && isNamedBy(v, await readFile(file))
      reply.type(`${type}; charset=utf-8`)
      return reply.sendFile(name, dirname(file), isLasting ? { maxAge: '365d', immutable: true } : { maxAge: '1h' })
    })
  }

  await app.register(fastifyStatic, pagesFolder ? { root: pagesFolder, redirect: true } : { root: here, serve: false })
}
