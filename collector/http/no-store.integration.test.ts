import { afterEach, expect, it } from 'vitest'
import { batchOf } from '../testing/batch.ts'
import { type TestCollector, testCollector } from '../testing/collector.ts'

const nowhere = { KAFKA_BROKER_URL: '127.0.0.1:1', INFLUX_URL: 'http://127.0.0.1:1', LOG_LEVEL: 'silent' }
let collector: TestCollector
afterEach(() => collector.close())

/** What each route that needs the store says. */
async function answers() {
  const window = `from=${Date.now() - 60_000}&to=${Date.now()}`
  const routes = [
    ['GET', '/v1/events'],
    ['GET', '/v1/ledger'],
    ['GET', `/v1/query/page_views?site=shop.example&${window}`],
    ['DELETE', '/v1/sites/shop.example'],
    ['DELETE', '/v1/visitors/someone'],
  ] as const
  return Promise.all(
    routes.map(async ([method, path]) => {
      const answer = await fetch(collector.url + path, { method })
      return { path, status: answer.status, code: (await answer.json()).error?.code, retryAfter: answer.headers.get('retry-after') }
    }),
  )
}

it('a process that only takes events has nothing to read or to delete, and says so', async () => {
  collector = await testCollector({ ...nowhere, COLLECTOR_ROLE: 'ingest' })
  for (const answer of await answers()) expect(answer).toMatchObject({ status: 503, code: 'no_store', retryAfter: '5' })
})

it('a store that is out of reach is asked for again later', async () => {
  collector = await testCollector({ ...nowhere, INFLUX_TOKEN: 'x' })
  for (const answer of await answers()) expect(answer).toMatchObject({ status: 503, code: 'no_store', retryAfter: '5' })
})

it('a process that only stores takes no events, reads none, and says so', async () => {
  collector = await testCollector({ ...nowhere, INFLUX_TOKEN: 'x', COLLECTOR_ROLE: 'sink' })
  for (const path of ['/v1/events', '/v1/validate']) {
    for (const body of [batchOf(), 'not a batch']) {
      const answer = await collector.post(body, {}, path)
      expect([answer.status, answer.body.error?.code]).toEqual([503, 'no_durable_place'])
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
  }
})
