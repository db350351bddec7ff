import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { batchOf, clickEvent } from './testing/batch.ts'
import { type CollectorProcess, collectorProcess } from './testing/process.ts'

interface Span {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[]
}
interface Export {
  resourceSpans: { resource: { attributes: Span['attributes'] }; scopeSpans: { spans: Span[] }[] }[]
}

const exports: Export[] = []
const receiver = createServer(async (request, response) => {
  if (request.url === '/v1/traces') exports.push((await json(request)) as Export)
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
})
let dataDir: string
let collector: CollectorProcess

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'webwatch-tracing-'))
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  collector = await collectorProcess({ DATA_DIR: dataDir, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: 'shop-collector' })
})
afterAll(async () => {
  await collector.kill()
  receiver.close()
  await rm(dataDir, { recursive: true, force: true })
})

it('continues the trace of the sender, down to the store, and says nothing of the events', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const batch = batchOf([clickEvent({ site: 'canary.example', visitor: 'canary' })])
  const headers = { 'content-type': 'application/json', traceparent: `00-${traceId}-b7ad6b7169203331-01` }
  expect((await fetch(`${collector.url}/v1/events`, { method: 'POST', body: JSON.stringify(batch), headers })).status).toBe(202)
  // A stop sends what waits.
  expect((await collector.stop()).code).toBe(0)
  const spans = exports.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  )
  const ours = new Map(spans.filter((span) => span.traceId === traceId).map((span) => [span.name, span]))
  expect([...ours.keys()].sort()).toEqual(['POST /v1/events', 'publish', 'store'])
  expect(ours.get('POST /v1/events')?.parentSpanId).toBe('b7ad6b7169203331')
  expect(ours.get('publish')?.parentSpanId).toBe(ours.get('POST /v1/events')?.spanId)
  expect(ours.get('store')?.parentSpanId).toBe(ours.get('publish')?.spanId)
  expect(ours.get('POST /v1/events')?.attributes).toContainEqual({ key: 'http.response.status_code', value: { intValue: 202 } })
  expect(exports[0]?.resourceSpans[0]?.resource.attributes).toContainEqual({
    key: 'service.name',
    value: { stringValue: 'shop-collector' },
  })
  expect(JSON.stringify(exports)).not.toContain('canary')
})
