import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { batchOf, clickEvent } from './testing/batch.ts'
import { type TestCollector, testCollector } from './testing/collector.ts'
import { eventually } from './testing/eventually.ts'
import { pipelineEnv } from './testing/kafka-pipeline.ts'

const HOUR = 3_600_000
const person = 'Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0'
const context = { language: 'de-DE', timeZone: 'Europe/Berlin', screen: '1920x1080', viewport: '1280x720' }

/** A user agent, whether the browser says that it is driven, and the device that is to be stored. */
const visitors = [
  [person, false, 'desktop'],
  [person, true, 'bot'],
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', false, 'bot'],
  ['Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', false, 'bot'],
  ['Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)', false, 'bot'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    false,
    'mobile',
  ],
] as const

describe.each(['embedded', 'kafka'] as const)('bots, %s', (pipeline) => {
  let collector: TestCollector
  beforeAll(async () => {
    collector = await testCollector(pipeline === 'kafka' ? pipelineEnv(inject('stack')) : {})
    await eventually(
      () => collector.get('/readyz'),
      ({ status }) => expect(status).toBe(200),
      60_000,
    )
  })
  afterAll(() => collector.close())

  it('are stored as what they are, and can be told from people', async () => {
    for (const [userAgent, webdriver] of visitors) {
      const view = clickEvent({ site: 'bots.example', type: 'pageview', data: { referrer: '', title: 'Tea', kind: 'load' } })
      const batch = batchOf([view], { source: 'script', context: { ...context, ...(webdriver && { webdriver }) } })
      expect((await collector.post(batch, { 'user-agent': userAgent })).body).toMatchObject({ accepted: 1 })
    }
    const counted = new Map<string, number>()
    for (const [, , device] of visitors) counted.set(device, (counted.get(device) ?? 0) + 1)
    const ask = (parameters: Record<string, string>) => {
      const window = { site: 'bots.example', from: String(Date.now() - HOUR), to: String(Date.now() + HOUR) }
      return collector.get(`/v1/query/page_views?${new URLSearchParams({ ...window, ...parameters })}`)
    }
    const rowsOf = ({ body }: { body: object }) => (body as { rows?: { device?: string; value: number }[] }).rows ?? []
    await eventually(
      async () => rowsOf(await ask({ by: 'device' })),
      (rows) => expect(new Map(rows.map(({ device, value }) => [device, value]))).toEqual(counted),
    )
    expect(rowsOf(await ask({ device: 'desktop' }))).toEqual([{ value: 1 }])
  })
})
