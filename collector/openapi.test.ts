import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openApi, openApiText } from './openapi.ts'
import type { Stage } from './receipts/receipt.ts'

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

it('says of every route that wants a key which errors that can bring', () => {
  const { paths } = openApi() as { paths: Record<string, Record<string, { security?: object; responses: Record<string, object> }>> }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([name, operation]) => [`${name} ${path}`, operation] as const),
  )
  const guarded = operations.filter(([, { security }]) => security)
  expect(guarded.map(([name]) => name)).toContain('get /metrics')
  for (const [name, { responses }] of guarded) expect(Object.keys(responses), name).toEqual(expect.arrayContaining(['401', '403', '429']))
})

it('says of each stage of a receipt what is told of it, and no more', () => {
  const of = { id: 'a', at: 1 }
  const stages: Stage[] = [
    { ...of, stage: 'rejected', code: 'too_old' },
    { ...of, stage: 'accepted' },
    { ...of, stage: 'streamed', topic: 'clicks', partition: 0, offset: '7' },
    { ...of, stage: 'dead-letter', code: 'refused_by_store' },
    { ...of, stage: 'stored', measurement: 'clicks', time: '1000000' },
  ]
  const answered = JSON.parse(openApiText()).paths['/v1/receipts'].get.responses[200].content['application/json'].schema
  const { properties } = answered.properties.receipts.items
  expect(properties.state.enum).toEqual(['unknown', ...stages.map(({ stage }) => stage)])
  for (const { id: _id, stage, ...facts } of stages) expect(Object.keys(properties[stage].properties)).toEqual(Object.keys(facts))
})
