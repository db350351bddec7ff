import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { EventRecord } from '../record.ts'
import { clickEvent, uuidV7 } from '../testing/batch.ts'
import { type TestCollector, testCollector } from '../testing/collector.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'

const site = 'shop.example'
/** Noon in Berlin on the day before clocks go back. */
const noon = Date.UTC(2026, 9, 24, 10)
const HOUR = 3_600_000

function view(time: number, parts: Partial<EventRecord> = {}): EventRecord {
  const facts = {
    device: 'desktop',
    browser: 'Firefox',
    os: 'Linux',
    country: 'DE',
    source: 'script',
    context: {},
    receivedAt: time,
  } as const
  const event = clickEvent({
    id: uuidV7(time),
    time,
    type: 'pageview',
    data: { referrer: '', title: 'Shop', kind: 'load' },
    visitor: 'ada',
  })
  return { ...event, route: 'https://shop.example/', ...facts, ...parts } as EventRecord
}

const records = [
  view(noon - 24 * HOUR),
  view(noon, { device: 'mobile' }),
  view(noon + HOUR, { visitor: 'bob' }),
  // The next day has 25 hours: this is its last one.
  view(noon + 36.5 * HOUR),
  view(noon + 37.5 * HOUR),
]
const day = { from: String(noon - 12 * HOUR), to: String(noon + 12 * HOUR) }

interface Answer {
  rows: Record<string, unknown>[]
  cursor: string | null
  metric: { id: string; unit: string }
}

const stores = [
  ['DuckDB', () => ({})],
  ['InfluxDB', () => pipelineEnv(inject('stack'))],
] as const

describe.each(stores)('GET /v1/query/:metric on %s', (_store, env) => {
  let collector: TestCollector
  beforeAll(async () => {
    collector = await testCollector({ ...env(), SITE_TIME_ZONES: 'other.example:Asia/Tokyo,shop.example:Europe/Berlin' })
    await collector.parts.sink!.write(records)
  })
  afterAll(() => collector?.close())

  const ask = async (metric: string, parameters: Record<string, string> | [string, string][]): Promise<Answer> => {
    const { status, body } = await collector.get(`/v1/query/${metric}?${new URLSearchParams(parameters)}`)
    expect(status, JSON.stringify(body)).toBe(200)
    return body as unknown as Answer
  }

  it('gives one number for a range', async () => {
    const { rows, cursor, metric } = await ask('page_views', { site, ...day })
    expect(rows).toEqual([{ value: 2 }])
    expect(cursor).toBeNull()
    expect(metric).toMatchObject({ id: 'page_views', unit: 'count' })
  })

  it('counts days by the clocks of the zone', async () => {
    const range = { from: '2026-10-23T22:00:00Z', to: '2026-10-26T23:00:00Z' }
    const { rows } = await ask('page_views', { site, ...range, window: '1d', zone: 'Europe/Berlin' })
    expect(rows).toEqual([
      { time: Date.UTC(2026, 9, 23, 22), value: 2 },
      { time: Date.UTC(2026, 9, 24, 22), value: 1 },
      { time: Date.UTC(2026, 9, 25, 23), value: 1 },
    ])
    // The site's own zone is the same one, and a request may name another.
    expect((await ask('page_views', { site, ...range, window: '1d' })).rows).toEqual(rows)
    expect((await ask('page_views', { site, ...range, window: '1d', zone: 'UTC' })).rows).not.toEqual(rows)
  })

  it('breaks down, filters, and compares with the period before', async () => {
    expect((await ask('visitors', { site, ...day, by: 'device', compare: 'previous' })).rows).toEqual([
      { device: 'desktop', value: 1, previous: 1 },
      { device: 'mobile', value: 1, previous: null },
    ])
    expect((await ask('page_views', { site, ...day, device: 'mobile' })).rows).toEqual([{ value: 1 }])
    const either = [...Object.entries({ site, ...day }), ['device', 'mobile'], ['device', 'desktop']] as [string, string][]
    expect((await ask('page_views', either)).rows).toEqual([{ value: 2 }])
    expect((await ask('page_views', { ...day, site: 'nobody.example' })).rows).toEqual([])
  })

  it('gives pages of rows until there are no more', async () => {
    const query = { site, from: String(noon - 48 * HOUR), to: String(noon + 48 * HOUR), window: '1h' }
    const { rows: all } = await ask('page_views', query)
    // Pages after the first need not repeat the range.
    for (const later of [query, { site, window: '1h' }]) {
      const found: unknown[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const page: Answer = await ask('page_views', { ...(cursor ? { ...later, cursor } : query), limit: '2' })
        found.push(...page.rows)
        cursor = page.cursor
      }
      expect(all).toHaveLength(5)
      expect(found).toEqual(all)
    }
  })

  it('reads dates without an offset by the clocks of the zone', async () => {
    const dates = { site, from: '2026-10-25', to: '2026-10-26' }
    expect(await ask('page_views', dates)).toMatchObject({ from: noon + 12 * HOUR, to: noon + 37 * HOUR, rows: [{ value: 1 }] })
    const clock = { ...dates, from: '2026-10-25T00:00', to: '2026-10-25T12:00:00.5', zone: 'UTC' }
    expect(await ask('page_views', clock)).toMatchObject({ from: noon + 14 * HOUR, to: noon + 26 * HOUR + 500 })
    const offset = { ...dates, from: '2026-10-25T00:00+02:00', to: '2026-10-26T00:00Z' }
    expect(await ask('page_views', offset)).toMatchObject({ from: noon + 12 * HOUR, to: noon + 38 * HOUR })
  })

  it('compares days with days, and tells what is there no more', async () => {
    const week = { site, from: '2026-10-25', to: '2026-10-27', window: '1d', compare: 'previous' }
    expect((await ask('page_views', week)).rows).toEqual([
      { time: noon + 12 * HOUR, value: 1, previous: 1 },
      { time: noon + 37 * HOUR, value: 1, previous: 2 },
    ])
    const after = { site, from: '2026-10-27', to: '2026-10-29', by: 'device', compare: 'previous' }
    expect((await ask('page_views', after)).rows).toEqual([{ device: 'desktop', value: null, previous: 2 }])
  })

  it('answers for all time, or says what cannot be asked', async () => {
    for (const range of [{ from: '0' }, { from: '0', to: '8640000000000000' }, { from: '8000000000000000', to: '8640000000000000' }]) {
      const { status, body } = await collector.get(`/v1/query/page_views?${new URLSearchParams({ site, compare: 'previous', ...range })}`)
      expect([200, 400], JSON.stringify(body)).toContain(status)
    }
  })

  it('follows the steps of a funnel', async () => {
    const session = uuidV7(noon + 48 * HOUR)
    const at = (minutes: number) => noon + 48 * HOUR + minutes * 60_000
    await collector.parts.sink!.write([
      view(at(0), { session }),
      view(at(1), { session, type: 'click', data: { ...clickEvent().data, target: '#buy' } }),
    ])
    const steps: [string, string][] = [
      ['step', 'url:https://shop.example/'],
      ['step', 'target:#buy'],
      ['step', 'url:https://shop.example/thanks'],
    ]
    const range = Object.entries({ site, from: String(at(-1)), to: String(at(9)) }) as [string, string][]
    expect((await ask('funnel', [...range, ...steps])).rows).toEqual([
      { stage: steps[0]![1], value: 1 },
      { stage: steps[1]![1], value: 1 },
    ])
  })
})

describe('what cannot be answered', () => {
  let collector: TestCollector
  beforeAll(async () => {
    collector = await testCollector({ SERVER_HOST: '0.0.0.0', WRITE_KEYS: `${site}:write`, ADMIN_TOKEN: 'admin-token-of-tests' })
  })
  afterAll(() => collector?.close())

  const admin = { authorization: 'Bearer admin-token-of-tests' }

  it.each([
    ['nothing', '', 404, 'unknown_metric'],
    ['page_views', 'from=yesterday', 400, 'invalid_query'],
    ['page_views', 'from=24 Oct 2026', 400, 'invalid_query'],
    ['page_views', 'from=2026-13-01', 400, 'invalid_query'],
    ['page_views', 'from=2000&to=1000', 400, 'invalid_query'],
    ['page_views', 'from=1000&to=1000', 400, 'invalid_query'],
    ['page_views', 'zone=Mars/Olympus', 400, 'invalid_query'],
    ['page_views', 'window=7m', 400, 'invalid_query'],
    ['page_views', 'window=1m&from=2020-01-01&to=2026-01-01', 400, 'invalid_query'],
    ['page_views', 'by=weather', 400, 'invalid_query'],
    ['page_views', 'weather=rain', 400, 'invalid_query'],
    ['page_views', 'target=%23buy', 400, 'invalid_query'],
    ['page_views', 'compare=never', 400, 'invalid_query'],
    ['page_views', 'limit=0', 400, 'invalid_query'],
    ['page_views', 'cursor=abc', 400, 'invalid_query'],
    ['page_views', 'to=1&to=2', 400, 'invalid_query'],
    ['page_views', 'step=url:a', 400, 'invalid_query'],
    ['funnel', 'step=url:a', 400, 'invalid_query'],
    ['funnel', 'step=a&step=b', 400, 'invalid_query'],
    ['retention', 'window=1d', 400, 'invalid_query'],
  ])('%s?%s is %i %s', async (metric, parameters, status, code) => {
    const answer = await collector.get(`/v1/query/${metric}?${parameters}`, admin)
    expect([answer.status, answer.body.error?.code]).toEqual([status, code])
    expect(answer.body.error?.message).not.toBe('')
  })

  it('takes what would be code in a query for a text', async () => {
    for (const text of [`' OR 1=1 --`, `") |> drop() //`, '${v.bucket}', 'a\\', 'a\n"']) {
      const answer = await collector.get(`/v1/query/page_views?${new URLSearchParams({ url: text, site: text })}`, admin)
      expect([answer.status, (answer.body as unknown as Answer).rows]).toEqual([200, []])
    }
  })

  it('needs a key off loopback', async () => {
    expect((await collector.get('/v1/query/page_views')).body.error?.code).toBe('no_key')
    expect((await collector.get('/v1/query/page_views', { authorization: 'Bearer other' })).body.error?.code).toBe('wrong_key')
  })

  it('lists what there is', async () => {
    const { metrics } = (await collector.get('/v1/query')).body as unknown as { metrics: { id: string }[] }
    expect(metrics.map(({ id }) => id)).toContain('bounce_rate')
  })
})
