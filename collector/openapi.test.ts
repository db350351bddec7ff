import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openApi } from './openapi.ts'

/** Every route that the sources name, such as `GET /v1/query/{metric}`. */
async function routesInSources(): Promise<string[]> {
  const files = (await readdir(import.meta.dirname, { recursive: true })).filter((name) => /(?<!\.test)\.ts$/.test(name))
  const sources = await Promise.all(files.map((name) => readFile(join(import.meta.dirname, name), 'utf8')))
  const routes = sources.flatMap((source) => [...source.matchAll(/\bapp\.(get|post|put|patch|delete)\b[^('"`]*\(\s*'([^']+)'/g)])
  return routes.map(([, method, path]) => `${method!.toUpperCase()} ${path!.replace(/:(\w+)/g, '{$1}')}`).sort()
}

it('describes every route: what walks through the description, as the tests of injection and the fuzzer do, leaves none out', async () => {
  const { paths } = openApi() as { paths: Record<string, object> }
  const described = new Set(
    Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((name) => `${name.toUpperCase()} ${path}`)),
  )
  const routes = await routesInSources()
  expect(routes).toContain('POST /v1/events')
  expect(routes).toContain('DELETE /v1/visitors/{visitor}')
  expect(routes.filter((route) => !described.has(route))).toEqual([])
})
