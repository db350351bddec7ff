import type { TrackedEvent } from '@webwatch/events'
import { afterEach, expect, inject, it } from 'vitest'
import { batchOf, clickEvent } from '../testing/batch.ts'
import { type TestCollector, testCollector } from '../testing/collector.ts'
import { eventually } from '../testing/eventually.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import { ensureTasks } from '../upkeep/influx-tasks.ts'

let collector: TestCollector
afterEach(() => collector.close())

const remove = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(collector.url + path, { method: 'DELETE', headers })
  return { status: response.status, body: await response.json() }
}
const stored = async (site: string) => ((await collector.get(`/v1/events?site=${site}`)).body.events ?? []).map(({ id }) => id).sort()

const stores = [
  ['DuckDB', () => ({})],
  ['InfluxDB', () => pipelineEnv(inject('stack'))],
] as const

it.each(stores)("deletes a visitor's events, on one site or on all, and a whole site: %s", async (_store, env) => {
  collector = await testCollector(env())
  const { influx } = collector.parts.config
  // As the collector does some moments after its start.
  if (influx) await ensureTasks(influx)
  const take = async (...events: TrackedEvent[]) => {
    expect((await collector.post(batchOf(events))).status).toBe(202)
    const ids = events.map(({ id }) => id).sort()
    const sites = [...new Set(events.map(({ site }) => site))]
    await eventually(
      async () => (await Promise.all(sites.map(stored))).flat().sort(),
      (found) => expect(found).toEqual(ids),
    )
  }
  const [mine, mineElsewhere, theirs] = [
    clickEvent({ visitor: 'me' }),
    clickEvent({ visitor: 'me', site: 'blog.example' }),
    clickEvent({ visitor: 'you & co' }),
  ]
  await take(mine, mineElsewhere, theirs)
  expect(await remove('/v1/visitors/me?site=shop.example')).toEqual({ status: 200, body: { deleted: 1 } })
  expect([await stored('shop.example'), await stored('blog.example')]).toEqual([[theirs.id], [mineElsewhere.id]])
  expect(await remove('/v1/visitors/me')).toEqual({ status: 200, body: { deleted: 1 } })
  expect(await stored('blog.example')).toEqual([])
  expect(await remove('/v1/visitors/nobody')).toEqual({ status: 200, body: { deleted: 0 } })
  expect(await remove(`/v1/visitors/${encodeURIComponent('you & co')}`)).toEqual({ status: 200, body: { deleted: 1 } })
  await take(clickEvent(), clickEvent())
  expect(await remove('/v1/sites/shop.example')).toEqual({ status: 200, body: { deleted: 2 } })
  expect(await stored('shop.example')).toEqual([])
})

it('is for who has the admin token, when others can reach the collector', async () => {
  collector = await testCollector({
    SERVER_HOST: '0.0.0.0',
    WRITE_KEYS: 'shop.example:write',
    READ_KEYS: '*:read',
    ADMIN_TOKEN: 'secret-of-the-admin',
  })
  const as = (token: string) => ({ authorization: `Bearer ${token}` })
  await collector.post(batchOf(), as('write'))
  for (const path of ['/v1/sites/shop.example', '/v1/visitors/x']) {
    expect((await remove(path)).status).toBe(401)
    for (const key of ['write', 'read']) expect((await remove(path, as(key))).status).toBe(403)
  }
  expect((await remove('/v1/sites/shop.example', as('secret-of-the-admin'))).body).toEqual({ deleted: 1 })
})

it('says what is wrong with a query', async () => {
  collector = await testCollector()
  const { status, body } = await remove('/v1/visitors/x?site=a&site=b')
  expect([status, body.error.code]).toEqual([400, 'invalid_query'])
})
