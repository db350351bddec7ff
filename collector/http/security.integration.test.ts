import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batchOf, clickEvent } from '../testing/batch.ts'
import { type TestCollector, testCollector } from '../testing/collector.ts'
import { eventually } from '../testing/eventually.ts'
import { type CollectorProcess, collectorProcess } from '../testing/process.ts'
import { type Conversation, say } from '../testing/socket.ts'
import { REQUESTS_PER_MINUTE } from './limits.ts'

const as = (key: string) => ({ authorization: `Bearer ${key}` })
const errorOf = ({ text }: Conversation) => JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)).error

let local: TestCollector
/** How many requests have failed with a code so far. */
const refusals = async (code: string): Promise<number> =>
  Number(
    new RegExp(`^webwatch_http_refused_total\\{code="${code}"\\} (\\d+)$`, 'm').exec(String((await local.get('/metrics')).body))?.[1] ?? 0,
  )
/** Cut after many seconds: begun first and looked at last, so that nobody waits for them. */
let slow: Record<'silent' | 'headers' | 'body' | 'dripped body', Promise<Conversation>>

beforeAll(async () => {
  local = await testCollector()
  const head = `POST /v1/events HTTP/1.1\r\nHost: ${new URL(local.url).host}\r\n`
  const body = `${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`
  slow = {
    silent: say(local.url, ''),
    headers: say(local.url, head, { bytes: 'X-Slow: 1\r\n', everyMs: 500 }),
    body: say(local.url, body),
    'dripped body': say(local.url, body, { bytes: ' ', everyMs: 500 }),
  }
})
afterAll(() => local.close())

describe('limits', () => {
  let open: TestCollector
  const from = (address: string) => ({ 'x-forwarded-for': address })
  /** Answers with 429 among so many. */
  async function refused(count: number, ask: () => Promise<{ status: number }>): Promise<number> {
    let tooMany = 0
    for (let done = 0; done < count; done += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, ask))
      tooMany += answers.filter(({ status }) => status === 429).length
    }
    return tooMany
  }
  beforeAll(async () => {
    open = await testCollector({ WRITE_KEYS: '*:greedy, *:modest', ADMIN_TOKEN: 'admin', TRUST_PROXY: '1' })
  })
  afterAll(() => open.close())

  it('give each key its share and no more', async () => {
    const ask = () => open.post('', { ...as('greedy'), ...from('10.0.0.1') }, '/v1/validate')
    expect(await refused(REQUESTS_PER_MINUTE.key + 100, ask)).toBe(100)
    const answer = await ask()
    expect(answer.body.error?.code).toBe('too_many_requests')
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await open.post(batchOf(), { ...as('modest'), ...from('10.0.0.1') })).status).toBe(202)
    expect((await open.post(batchOf(), { ...as('greedy'), ...from('10.0.0.2') })).status).toBe(202)
  })

  it('know a key in the body too', async () => {
    const ask = () => open.post(batchOf([{}], { key: 'greedy' }), from('10.0.0.3'), '/v1/validate')
    expect(await refused(REQUESTS_PER_MINUTE.key + 50, ask)).toBe(50)
    expect((await open.post(batchOf([{}], { key: 'modest' }), from('10.0.0.3'), '/v1/validate')).status).toBe(200)
  })

  it('end the guessing of keys, the right one included, for reading as for writing', async () => {
    let guess = 0
    const guessing = () => open.post(batchOf(), { ...as(`guess-${guess++}`), ...from('10.0.0.4') })
    expect(await refused(REQUESTS_PER_MINUTE.failures / 2, guessing)).toBe(0)
    const reading = () => open.get('/v1/events', { ...as(`guess-${guess++}`), ...from('10.0.0.4') })
    expect(await refused(REQUESTS_PER_MINUTE.failures / 2 + 50, reading)).toBeGreaterThanOrEqual(50)
    expect((await open.post(batchOf(), { ...as('modest'), ...from('10.0.0.4') })).status).toBe(429)
    expect((await open.post(batchOf(), { ...as('modest'), ...from('10.0.0.5') })).status).toBe(202)
  })

  it('do not believe more proxies than there are', async () => {
    const ask = () => open.post('', { ...as('modest'), ...from(`${Math.random()}, 10.0.0.6`) }, '/v1/validate')
    expect(await refused(REQUESTS_PER_MINUTE.key + 50, ask)).toBe(50)
  })

  it('count what browsers ask before they send', async () => {
    const headers = { ...from('10.0.0.7'), origin: 'https://shop.example', 'access-control-request-method': 'POST' }
    const ask = () => fetch(`${open.url}/v1/events`, { method: 'OPTIONS', headers })
    expect(await refused(REQUESTS_PER_MINUTE.address + 100, ask)).toBe(100)
  })

  it('take all addresses of an IPv6 network for one, whose key is in the head or in the body', async () => {
    let host = 0
    const network = (groups: string) => from(`${groups}::${(++host).toString(16)}`)
    const inHead = () => open.post('', { ...as('modest'), ...network('2001:db8:0:1') }, '/v1/validate')
    expect(await refused(REQUESTS_PER_MINUTE.key + 50, inHead)).toBe(50)
    const inBody = () => open.post(batchOf([{}], { key: 'modest' }), network('2001:db8:0:2'), '/v1/validate')
    expect(await refused(REQUESTS_PER_MINUTE.key + 50, inBody)).toBe(50)
    const guessing = () => open.post(batchOf(), { ...as(`guess-${host}`), ...network('2001:db8:0:3') })
    expect(await refused(REQUESTS_PER_MINUTE.failures + 50, guessing)).toBeGreaterThan(0)
    expect((await open.post(batchOf(), { ...as('modest'), ...network('2001:db8:0:4') })).status).toBe(202)
  })

  it('leave room for those with a key, whatever those without one hold up', async () => {
    const half = (address: string, more = '') =>
      say(
        open.url,
        `POST /v1/events HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\n${more}Content-Type: text/plain\r\nContent-Length: ${2 ** 20}\r\n\r\n{`,
      )
    const withoutKey = (address: string) => open.post(batchOf(), from(address))
    const addresses = ['10.1.0.1', '10.1.0.2', '10.1.0.3', '10.1.0.4']
    const held = addresses.flatMap((address) => Array.from({ length: 8 }, () => half(address)))
    await eventually(
      () => withoutKey('10.1.0.5'),
      ({ status }) => expect(status).toBe(429),
    )
    expect((await open.post(batchOf(), { ...as('modest'), ...from('10.1.0.5') })).status).toBe(202)
    expect((await half('10.1.0.5', 'Authorization: Bearer wrong\r\nConnection: close\r\n')).text).toMatch(/^HTTP\/1\.1 403 /)
    expect((await Promise.all(held)).every(({ text }) => text.startsWith('HTTP/1.1 408 '))).toBe(true)
    expect((await withoutKey('10.1.0.5')).status).toBe(401)
  })

  it('make a collector behind a proxy ask for keys, loopback or not', async () => {
    expect((await open.get('/v1/events')).status).toBe(401)
    expect((await open.post(batchOf())).status).toBe(401)
  })
})

describe('pages', () => {
  let keyed: TestCollector
  beforeAll(async () => {
    keyed = await testCollector({ WRITE_KEYS: 'shop.example:shop, blog.example:blog' })
  })
  afterAll(() => keyed.close())

  const mayRead = async (origin: string, key: { header?: string; body?: string }) => {
    const sent = batchOf([clickEvent({ site: 'blog.example' })], key.body ? { key: key.body } : {})
    const { headers } = await keyed.post(sent, { origin, ...(key.header && as(key.header)) })
    return headers.get('access-control-allow-origin') === origin
  }

  it('read the answer when the key is of their site, and no other', async () => {
    const [shop, blog] = ['https://shop.example', 'https://blog.example']
    const answers = [mayRead(blog, { body: 'blog' }), mayRead(blog, { header: 'blog' }), mayRead(shop, { body: 'blog' })]
    answers.push(mayRead(shop, { header: 'blog' }), mayRead('https://evil.example', { body: 'blog' }))
    expect(await Promise.all(answers)).toEqual([true, true, false, false, false])
  })

  it('that pose as this computer, or send forms, get nothing out of a collector without keys', async () => {
    const { host, port } = new URL(local.url)
    const ask = (method: string, path: string, headers: string) =>
      say(local.url, `${method} ${path} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`)
    for (const name of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example']) {
      for (const path of ['/v1/events', '/%761/events', '/v1/ledger', '/metrics', '/%6detrics', '/readyz']) {
        expect(errorOf(await ask('GET', path, `Host: ${name}\r\n`)).code, path).toBe('wrong_origin')
      }
      expect(errorOf(await ask('DELETE', '/%761/sites/shop.example', `Host: ${name}\r\n`)).code).toBe('wrong_origin')
      for (const path of ['/healthz', '/demo/']) expect((await ask('GET', path, `Host: ${name}\r\n`)).text).toMatch(/^HTTP\/1\.1 200 /)
    }
    for (const origin of ['https://evil.example', 'null']) {
      expect(errorOf(await ask('DELETE', '/v1/events', `Host: ${host}\r\nOrigin: ${origin}\r\n`)).code).toBe('wrong_origin')
    }
    for (const name of [host, `localhost:${port}`, `shop.localhost:${port}`]) {
      expect((await ask('GET', '/v1/events', `Host: ${name}\r\n`)).text).toMatch(/^HTTP\/1\.1 200 /)
    }
  })
})

it.each(['X-Forwarded-For: 192.0.2.1', 'Forwarded: for=192.0.2.1', 'X-Real-IP: 192.0.2.1', 'Via: 1.1 proxy'])(
  'a proxy that nobody told the collector about brings strangers no further than pages get: %s',
  async (header) => {
    const ask = (start: string) =>
      say(local.url, `${start} HTTP/1.1\r\nHost: ${new URL(local.url).host}\r\n${header}\r\nConnection: close\r\n\r\n`)
    for (const start of ['GET /v1/events', 'GET /metrics', 'GET /readyz', 'DELETE /v1/sites/shop.example']) {
      expect(errorOf(await ask(start)), start).toMatchObject({ code: 'wrong_origin', message: expect.stringContaining('TRUST_PROXY') })
    }
    expect((await ask('GET /healthz')).text).toMatch(/^HTTP\/1\.1 200 /)
  },
)

describe('every answer', () => {
  it.each(['/', '/demo/', '/docs/', '/tracker.js', '/healthz', '/metrics', '/v1/events', '/nothing', '/v1/events?limit=x'])(
    '%s has the headers that browsers heed, and shows nothing of the inside',
    async (path) => {
      const answer = await fetch(local.url + path)
      const text = await answer.text()
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'")
      expect(answer.headers.get('x-powered-by')).toBeNull()
      if (!answer.ok) expect(JSON.parse(text)).toEqual({ error: { code: expect.any(String), message: expect.any(String) } })
      expect(text).not.toMatch(/\bat .+:\d+:\d+\)?$/m)
    },
  )

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'bad_request'],
    ['two lengths', 'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400, 'bad_request'],
    [
      'a length and chunks',
      'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'bad_request',
    ],
    ['NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: \0\r\n\r\n', 400, 'bad_request'],
    ['an address that is none', 'GET /%E0%A4%A HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400, 'bad_request'],
    ['no Host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'bad_request'],
    ['an odd expectation', 'GET /nothing HTTP/1.1\r\nHost: x\r\nExpect: nonsense\r\nConnection: close\r\n\r\n', 404, 'not_found'],
    ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
    ['a way out of the directory', 'GET /../../package.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404, 'not_found'],
  ])('to %s is an error like any other', async (_name, bytes, status, code) => {
    const before = await refusals(code)
    const answer = await say(local.url, bytes)
    expect(answer.text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(errorOf(answer)).toEqual({ code, message: expect.any(String) })
    expect(await refusals(code)).toBe(before + 1)
  })

  it.each(['['.repeat(500_000), `${'{"a":'.repeat(150_000)}1`, `{"a":"\\u0000","b":${'['.repeat(300_000)}${']'.repeat(300_000)}}`])(
    'to JSON without end comes at once (%#)',
    async (body) => {
      const started = Date.now()
      expect((await local.post(body)).status).toBe(400)
      expect(Date.now() - started).toBeLessThan(1_000)
    },
  )

  it('to an event that is nested deeply rejects that event alone', async () => {
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`
    const events = [{ ...clickEvent(), data: '<deep>' }, clickEvent()]
    const { body } = await local.post(JSON.stringify(batchOf(events)).replace('"<deep>"', deep))
    expect(body).toMatchObject({ accepted: 1, rejected: [{ index: 0, path: expect.stringMatching(/^\/data/) }] })
  })
})

describe('a collector in a process of its own', () => {
  let directory: string
  let collector: CollectorProcess
  const env = (lines: string) => writeFile(join(directory, '.env'), lines)
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'webwatch-keys-'))
    await env('WRITE_KEYS=shop.example:old\nADMIN_TOKEN=admin\n')
    collector = await collectorProcess({ SERVER_HOST: '0.0.0.0', DATA_DIR: join(directory, 'data') }, { cwd: directory })
    collector.url = collector.url.replace('0.0.0.0', '127.0.0.1')
  })
  afterAll(async () => {
    await collector.stop()
    await rm(directory, { recursive: true, force: true })
  })

  const post = (key: string, body: BodyInit = JSON.stringify(batchOf()), headers: Record<string, string> = {}) =>
    fetch(`${collector.url}/v1/events`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...as(key), ...headers } })
  const statuses = (...keys: string[]) => Promise.all(keys.map(async (key) => (await post(key)).status))
  const becomes = (wanted: number[], ...keys: string[]) =>
    eventually(
      () => statuses(...keys),
      (found) => expect(found).toEqual(wanted),
    )

  it('takes new keys from .env without a restart, the old one beside the new one, and keeps what it has when they make no sense', async () => {
    expect(await statuses('old', 'new')).toEqual([202, 403])
    await env('WRITE_KEYS=shop.example:old,shop.example:new\nADMIN_TOKEN=admin\n')
    await becomes([202, 202], 'old', 'new')
    await env('WRITE_KEYS=shop.example:new\nREAD_KEYS=shop.example:reader\nADMIN_TOKEN=admin\n')
    process.kill(collector.pid, 'SIGHUP')
    await becomes([403, 202], 'old', 'new')
    const read = async (query: string) => (await fetch(`${collector.url}/v1/events?${query}`, { headers: as('reader') })).status
    expect([await read('site=shop.example'), await read('site=blog.example'), await read('')]).toEqual([200, 403, 403])
    await env('WRITE_KEYS=nonsense\n')
    process.kill(collector.pid, 'SIGHUP')
    const reloads = async () => (await fetch(`${collector.url}/metrics`, { headers: as('admin') })).text()
    await eventually(reloads, (text) => expect(text).toMatch(/webwatch_key_reloads_total\{outcome="refused"\} [1-9]/))
    expect(await statuses('old', 'new')).toEqual([403, 202])
  })

  it('that reads where it listens from .env too stays closed when the file is emptied, and when it is gone', async () => {
    const cwd = await mkdtemp(join(directory, 'public-'))
    const file = join(cwd, '.env')
    await writeFile(file, 'SERVER_HOST=0.0.0.0\nWRITE_KEYS=shop.example:only\nADMIN_TOKEN=admin\n')
    const open = await collectorProcess({ DATA_DIR: join(cwd, 'data') }, { cwd })
    const url = open.url.replace('0.0.0.0', '127.0.0.1')
    const refused = (times: number) =>
      eventually(
        async () => (await fetch(`${url}/metrics`, { headers: as('admin') })).text(),
        (text) => expect(text).toContain(`webwatch_key_reloads_total{outcome="refused"} ${times}`),
      )
    const write = async (headers: Record<string, string>) =>
      (await fetch(`${url}/v1/events`, { method: 'POST', body: JSON.stringify(batchOf()), headers })).status
    const harms = [() => writeFile(file, ''), () => rm(file)]
    for (const [done, harm] of harms.entries()) {
      await harm()
      await refused(done + 1)
      expect([await write({}), await write(as('only'))]).toEqual([401, 202])
    }
    await open.stop()
  })

  it('spends no memory on a gzip bomb', async () => {
    const peak = async () => Number(/VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${collector.pid}/status`, 'utf8'))![1]) / 1024
    // 896 MiB in 0.9 MiB: far more than what a collector takes for itself.
    const bomb = Buffer.concat(Array(14).fill(gzipSync(Buffer.alloc(64 * 1024 * 1024))))
    await Promise.all(Array.from({ length: 8 }, () => post('new', JSON.stringify(batchOf([clickEvent()])))))
    const before = await peak()
    const answers = await Promise.all(Array.from({ length: 50 }, () => post('new', bomb, { 'content-encoding': 'gzip' })))
    // So many at once may also be more than there is room for.
    const answered = answers.map(({ status }) => status)
    expect(answered).toContain(413)
    expect([413, 429]).toEqual(expect.arrayContaining(answered))
    expect((await peak()) - before).toBeLessThan(200)
  })
})

describe('connections that never finish their request', () => {
  it.each([
    ['silent', 10],
    ['headers', 10],
    ['body', 15],
    ['dripped body', 15],
  ] as const)('are cut: %s after %i s', async (kind, seconds) => {
    const { text, ms } = await slow[kind]
    expect(ms).toBeGreaterThan(seconds * 1000 - 1_500)
    expect(ms).toBeLessThan(seconds * 1000 + 10_000)
    expect(text).toMatch(/^(HTTP\/1\.1 408 |$)/)
    expect(await refusals('too_slow')).toBeGreaterThan(0)
  })
})
