import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batchOf, clickEvent } from '../testing/batch.ts'
import { type TestCollector, testCollector } from '../testing/collector.ts'

let collector: TestCollector

beforeAll(async () => {
  collector = await testCollector()
})
afterAll(() => collector.close())

const megabytes = (count: number) => 'x'.repeat(count * 1024 * 1024)
const click = clickEvent()
const { x: _x, ...withoutX } = click.data

const wholeRequests: [name: string, body: string | Uint8Array, headers: Record<string, string>, status: number, code: string][] = [
  ['no body', '', {}, 400, 'no_body'],
  ['not JSON', '{"sentAt":', {}, 400, 'not_json'],
  ['JSON, but no object', '7', {}, 400, 'not_a_batch'],
  ['null', 'null', {}, 400, 'not_a_batch'],
  ['an object that is no batch', '{"events":[]}', {}, 400, 'not_a_batch'],
  ['a batch without events', JSON.stringify(batchOf([])), {}, 400, 'not_a_batch'],
  ['a batch from nobody', JSON.stringify({ ...batchOf(), source: 'elsewhere' }), {}, 400, 'not_a_batch'],
  ['501 events', JSON.stringify(batchOf(Array.from({ length: 501 }, () => clickEvent()))), {}, 400, 'too_many_events'],
  ['2 MiB', JSON.stringify(batchOf([megabytes(2)])), {}, 413, 'too_large'],
  ['a gzip bomb', gzipSync(megabytes(64)), { 'content-encoding': 'gzip' }, 413, 'too_large'],
  ['broken gzip', 'not gzip', { 'content-encoding': 'gzip' }, 400, 'not_json'],
  ['another encoding', JSON.stringify(batchOf()), { 'content-encoding': 'br' }, 415, 'unsupported_type'],
  ['another type', JSON.stringify(batchOf()), { 'content-type': 'application/xml' }, 415, 'unsupported_type'],
]

const singleEvents: [name: string, event: unknown, code: string, path: string][] = [
  ['an unknown type', clickEvent({ type: 'nothing' }), 'unknown_type', '/type'],
  ['no type', { ...click, type: undefined }, 'missing_field', '/type'],
  ['a missing field of the envelope', { ...click, session: undefined }, 'missing_field', '/session'],
  ['a missing field of the data', clickEvent({ data: withoutX }), 'missing_field', '/data/x'],
  ['a mistyped field', clickEvent({ data: { ...click.data, x: '1' } }), 'wrong_type', '/data/x'],
  ['a value out of range', clickEvent({ data: { ...click.data, rel_x: 2 } }), 'invalid_value', '/data/rel_x'],
  ['an unknown field', clickEvent({ data: { ...click.data, password: 'secret' } }), 'unknown_field', '/data/password'],
  ['an id that is no UUIDv7', clickEvent({ id: '1' }), 'invalid_value', '/id'],
  ['a site with space around it', clickEvent({ site: ' shop.example' }), 'invalid_value', '/site'],
  ['a site with a line break', clickEvent({ site: 'shop\n.example' }), 'invalid_value', '/site'],
  ['an event of last month', clickEvent({ time: Date.now() - 30 * 86_400_000 }), 'too_old', '/time'],
  ['an event of tomorrow', clickEvent({ time: Date.now() + 86_400_000 }), 'in_future', '/time'],
  ['no object', 'click', 'wrong_type', ''],
  ['null', null, 'wrong_type', ''],
]

describe('bad input', () => {
  it.each(wholeRequests)('%s fails as a whole', async (_name, body, headers, status, code) => {
    const answer = await collector.post(body, headers)
    expect({ status: answer.status, code: answer.body.error?.code }).toEqual({ status, code })
    expect(answer.body.error?.message).toBeTruthy()
    expect((await collector.get('/healthz')).status).toBe(200)
  })

  it.each(singleEvents)('%s is rejected, and good events beside it are kept', async (_name, event, code, path) => {
    const before = clickEvent()
    const after = clickEvent()
    const { status, body } = await collector.post(batchOf([before, event, after]))
    expect(status).toBe(202)
    expect(body).toEqual({ accepted: 2, duplicates: 0, rejected: [expect.objectContaining({ index: 1, code, path })] })
    const stored = await collector.get('/v1/events?limit=2')
    expect(stored.body.events?.map(({ id }) => id).sort()).toEqual([before.id, after.id].sort())
  })

  it('a batch is validated without being stored', async () => {
    const event = clickEvent({ site: 'validate.example' })
    const { status, body } = await collector.post(batchOf([event, { ...event, id: 'x' }]), {}, '/v1/validate')
    expect(status).toBe(200)
    expect(body).toMatchObject({ accepted: 1, duplicates: 0, rejected: [{ index: 1, id: 'x', code: 'invalid_value', path: '/id' }] })
    expect((await collector.get('/v1/events?site=validate.example')).body).toEqual({ events: [], cursor: null })
  })

  it('a batch is validated against what is stored, also from before a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'webwatch-validate-'))
    const [old, fresh] = [clickEvent(), clickEvent()]
    const before = await testCollector({ DATA_DIR: dataDir })
    await before.post(batchOf([old]))
    await before.close()
    const after = await testCollector({ DATA_DIR: dataDir })
    const batch = batchOf([old, fresh, fresh])
    const [tried, posted] = [await after.post(batch, {}, '/v1/validate'), await after.post(batch)]
    expect(tried.body).toEqual({ accepted: 1, duplicates: 2, rejected: [] })
    expect(tried.body).toEqual(posted.body)
    await after.close()
    await rm(dataDir, { recursive: true })
  })

  it('takes text/plain and gzip, however it is spelt', async () => {
    const plain = await collector.post(batchOf(), { 'content-type': 'text/plain;charset=UTF-8' })
    const packed = await collector.post(gzipSync(JSON.stringify(batchOf())), { 'content-encoding': 'gzip' })
    const loud = await collector.post(gzipSync(JSON.stringify(batchOf())), { 'content-encoding': 'GZIP' })
    expect([plain, packed, loud].map(({ status, body }) => [status, body.accepted])).toEqual([
      [202, 1],
      [202, 1],
      [202, 1],
    ])
  })
})

describe('keys', () => {
  let keyed: TestCollector
  beforeAll(async () => {
    keyed = await testCollector({
      WRITE_KEYS: 'shop.example:shop-key, blog.example:blog-key',
      SERVER_HOST: '0.0.0.0',
      ADMIN_TOKEN: 'reader',
    })
  })
  afterAll(() => keyed.close())

  const as = (key: string) => ({ authorization: `Bearer ${key}` })

  it('asks for one, and knows whose it is', async () => {
    const answers = await Promise.all([
      keyed.post(batchOf()),
      keyed.post(batchOf(), as('guess')),
      keyed.post(batchOf(), as('blog-key')),
      keyed.post(batchOf(), as('shop-key')),
      keyed.post(batchOf([clickEvent()], { key: 'shop-key' })),
    ])
    expect(answers.map(({ status, body }) => [status, body.error?.code ?? body.accepted])).toEqual([
      [401, 'no_key'],
      [403, 'wrong_key'],
      [403, 'wrong_site'],
      [202, 1],
      [202, 1],
    ])
  })

  it('keeps the events of its site only', async () => {
    const { body } = await keyed.post(batchOf([clickEvent(), clickEvent({ site: 'blog.example' })]), as('shop-key'))
    expect(body).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'wrong_site', path: '/site' }] })
  })

  it('asks for the token to read', async () => {
    const answers = await Promise.all([
      keyed.get('/v1/events'),
      keyed.get('/v1/events', as('shop-key')),
      keyed.get('/v1/events', as('reader')),
    ])
    expect(answers.map(({ status }) => status)).toEqual([401, 403, 200])
    expect((await keyed.get('/metrics')).status).toBe(401)
  })
})

describe('pages of other origins', () => {
  const ask = (origin: string, method: string, path = '/v1/events') =>
    fetch(collector.url + path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': method } })

  it('may write and read the answer, but not read events', async () => {
    const answer = await collector.post(batchOf(), { origin: 'https://shop.example' })
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example')
    const preflight = await ask('https://shop.example', 'POST')
    expect([preflight.ok, preflight.headers.get('access-control-allow-origin')]).toEqual([true, 'https://shop.example'])
    expect((await ask('https://shop.example', 'GET')).headers.get('access-control-allow-origin')).toBeNull()
    expect((await collector.get('/v1/events', { origin: 'https://shop.example' })).headers.get('access-control-allow-origin')).toBeNull()
  })

  it('that do not say which change nothing', async () => {
    const { status, headers } = await collector.post(batchOf(), { origin: '' })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([202, null])
  })

  it('extensions may read', async () => {
    const origin = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'
    expect((await collector.get('/v1/events', { origin })).headers.get('access-control-allow-origin')).toBe(origin)
  })
})
