import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openApi } from '../openapi.ts'
import { batchOf, clickEvent } from '../testing/batch.ts'
import { readyCollector, type TestCollector, testCollector } from '../testing/collector.ts'
import { eventually } from '../testing/eventually.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import { readTopics } from '../testing/topic.ts'

const env = pipelineEnv(inject('stack'))
const MINE = 'mine.example'
const THEIRS = 'theirs.example'
const SECRET = 'secret-of-theirs'

/** Values that would get at what is not asked for, if they were put into Flux, SQL, a path or a header as they are. */
const attacks = [
  `${MINE}" or r.site == "${THEIRS}`,
  `${MINE}") or (r.site == "${THEIRS}`,
  `${MINE}" or true) |> drop(columns: ["site"]) //`,
  `${MINE}' OR site = '${THEIRS}`,
  `${MINE}' OR '1'='1' --`,
  "'; DROP TABLE events; --",
  "') UNION SELECT * FROM events --",
  `\${r.site}`,
  `$\${"${THEIRS}"}`,
  `{{${THEIRS}}}`,
  `${MINE}\\`,
  `${MINE}\\" or r.site == \\"${THEIRS}`,
  `${MINE}\r\nx-admin: 1`,
  `${MINE}\n|> yield()`,
  '*',
  '%',
  '.*',
  '../../v1/events',
]
const anyText = fc
  .array(fc.oneof(fc.constantFrom(...'"\'\\`$(){};-|>\n\r\0,= '), fc.string({ maxLength: 3 })), { maxLength: 12 })
  .map((parts) => parts.join(''))

interface Parameter {
  name: string
  in: string
}
const { paths } = openApi() as {
  paths: Record<string, { get?: { parameters?: Parameter[]; responses: Record<string, { content?: object }> } }>
}
/** Every parameter of every route that reads, but those whose answer never ends. */
const targets = Object.entries(paths).flatMap(([path, { get }]) => {
  const isEndless = JSON.stringify(get?.responses ?? {}).includes('event-stream')
  return isEndless ? [] : (get?.parameters ?? []).map((parameter) => ({ path, parameter, all: get!.parameters! }))
})

/** The address with a value for one parameter, and my site for the parameter of that name. */
function addressOf({ path, parameter, all }: (typeof targets)[number], value: string): string {
  const encoded = encodeURIComponent(Buffer.from(value).toString())
  const filled = path.replace(/\{(\w+)\}/g, (_whole, name) => (name === parameter.name ? encoded : 'pageviews'))
  const query = new URLSearchParams(parameter.name !== 'site' && all.some(({ name }) => name === 'site') ? { site: MINE } : {})
  return `${filled}?${query}${parameter.in === 'query' ? `&${parameter.name}=${encoded}` : ''}`
}

describe.each<[store: string, env: Record<string, string>]>([
  ['DuckDB', {}],
  ['InfluxDB', env],
])('no parameter gets more out of %s than it names', (_store, environment) => {
  let collector: TestCollector
  const stored = async (site: string) => ((await collector.get(`/v1/events?site=${site}`)).body.events ?? []).length

  beforeAll(async () => {
    collector = await readyCollector(environment)
    const theirs = { site: THEIRS, url: `https://${THEIRS}/${SECRET}`, visitor: SECRET }
    await collector.post(
      batchOf([
        clickEvent({ site: MINE }),
        clickEvent(theirs),
        clickEvent({ ...theirs, type: 'pageview', data: { referrer: '', title: SECRET, kind: 'load' } }),
      ]),
    )
    await eventually(
      () => stored(THEIRS),
      (count) => expect(count).toBe(2),
    )
  })
  afterAll(() => collector.close())

  async function attack(target: (typeof targets)[number], value: string): Promise<void> {
    const address = addressOf(target, value)
    const response = await fetch(collector.url + address)
    const text = await response.text()
    expect(response.status, address).toBeLessThan(500)
    expect(text.replaceAll(JSON.stringify(value).slice(1, -1), ''), address).not.toContain(SECRET)
    expect(response.headers.get('x-admin')).toBeNull()
  }

  it.each(targets.map((target) => [`${target.path} ${target.parameter.name}`, target] as const))('%s', async (_name, target) => {
    // Where no site is asked for, all may be answered: it is the site that must hold.
    if (!target.all.some(({ name }) => name === 'site')) return attack(target, `${MINE}'"`)
    for (const value of attacks) await attack(target, value)
    await fc.assert(
      fc.asyncProperty(anyText, (value) => attack(target, target.parameter.name === 'site' ? `${MINE}"'${value}` : value)),
      { numRuns: 10, endOnFailure: true },
    )
    expect([await stored(MINE), await stored(THEIRS)]).toEqual([1, 2])
  })

  it('a deletion takes what is called so, and nothing else', async () => {
    const remove = async (path: string) => {
      const answer = await fetch(collector.url + path, { method: 'DELETE' })
      return { path, status: answer.status, body: await answer.json() }
    }
    // A site can be called anything but this, and is stored in lower case; a visitor can be called anything.
    const sites = attacks.filter((name) => !/[\\\p{Cc}]/u.test(name)).map((name) => name.toLowerCase())
    const visitors = attacks.map((visitor) => visitor.replaceAll('\r\n', '\n'))
    await collector.post(batchOf([...sites.map((site) => clickEvent({ site })), ...visitors.map((visitor) => clickEvent({ visitor }))]))
    const all = async () => ((await collector.get('/v1/events')).body.events ?? []).length
    await eventually(all, (count) => expect(count).toBe(3 + sites.length + visitors.length))
    for (const [index, site] of sites.entries()) {
      const path = `/v1/sites/${encodeURIComponent(site)}`
      expect(await remove(path)).toEqual({ path, status: 200, body: { deleted: 1 } })
      expect(await all()).toBe(2 + sites.length - index + visitors.length)
    }
    for (const [index, visitor] of visitors.entries()) {
      const path = `/v1/visitors/${encodeURIComponent(visitor)}`
      const elsewhere = `${path}?site=${encodeURIComponent(`${MINE}" OR site="${THEIRS}`)}`
      expect(await remove(elsewhere)).toEqual({ path: elsewhere, status: 200, body: { deleted: 0 } })
      expect(await remove(path)).toEqual({ path, status: 200, body: { deleted: 1 } })
      expect(await all()).toBe(2 + visitors.length - index)
    }
    expect([await stored(MINE), await stored(THEIRS)]).toEqual([1, 2])
  })
})

it('the headers of a record are ours alone, whatever an event says', async () => {
  const collector = await testCollector({ ...env, COLLECTOR_ROLE: 'ingest' })
  const hostile = { session: 'a\r\nx: y', visitor: '{"schema":"evil"}', page: '\0', site: 'headers.example' }
  await eventually(
    () => collector.post(batchOf([clickEvent(hostile)])),
    ({ status }) => expect(status).toBe(202),
    60_000,
  )
  const isOurs = ({ value }: { value: string }) => value.includes('headers.example')
  const records = await readTopics(env.KAFKA_BROKER_URL!, [env.KAFKA_TOPIC_CLICK!], (found) => found.some(isOurs))
  await collector.close()
  const { headers, key } = records.find(isOurs)!
  expect(Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))).toEqual({
    schema: 'webwatch.click/1',
    'content-type': 'application/json',
  })
  expect(key).toBe('a\nx: y')
})
