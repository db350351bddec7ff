import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { batchOf, clickEvent } from './testing/batch.ts'
import { readyCollector, type TestCollector } from './testing/collector.ts'
import { eventually } from './testing/eventually.ts'
import { pipelineEnv } from './testing/kafka-pipeline.ts'
import { metric } from './testing/metric.ts'

const EVENTS = 20
const site = 'twice.example'

let collectors: TestCollector[]
beforeAll(async () => {
  const env = pipelineEnv(inject('stack'))
  collectors = await Promise.all([readyCollector(env), readyCollector(env)])
})
afterAll(() => Promise.all(collectors.map((collector) => collector.close())))

/** A figure of /metrics, of both together. */
const sum = async (name: string) =>
  (await Promise.all(collectors.map((collector) => metric(collector, name)))).reduce((total, figure) => total + figure, 0)

it('of copies that come to two collectors at once both are called accepted, and everything that counts what is stored counts one', async () => {
  const events = Array.from({ length: EVENTS }, (_, seq) => clickEvent({ site, seq, page: 'page-of-both', session: 'session-of-both' }))
  const batch = batchOf(events, { receipts: true })
  const answers = await Promise.all(collectors.map((collector) => collector.post(batch)))
  for (const { body } of answers) expect(body).toEqual({ accepted: EVENTS, duplicates: 0, rejected: [] })
  // Both copies have gone all the way.
  await eventually(
    () => sum('webwatch_sink_stored_total'),
    (records) => expect(records).toBe(2 * EVENTS),
  )
  expect(await sum('webwatch_ingest_accepted_total')).toBe(2 * EVENTS)
  expect(await sum('webwatch_consumer_records_total')).toBeGreaterThanOrEqual(2 * EVENTS)
  for (const { get } of collectors) {
    const stored = (await get(`/v1/events?site=${site}`)).body.events!
    expect(stored.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort())
    const { rows } = (await get(`/v1/ledger?site=${site}`)).body as unknown as { rows: Record<string, number>[] }
    const total = (state: string) => rows.reduce((sum, row) => sum + row[state]!, 0)
    expect(['captured', 'stored', 'missing', 'doubled'].map(total)).toEqual([EVENTS, EVENTS, 0, 0])
    const clicks = (await get(`/v1/query/clicks?site=${site}`)).body as unknown as { rows: { value: number }[] }
    expect(clicks.rows.map(({ value }) => value)).toEqual([EVENTS])
    const receipts = await eventually(
      () => get(`/v1/receipts?id=${events[0]!.id}`),
      ({ body }) => expect(body.receipts?.[0]?.state).toBe('stored'),
    )
    expect(receipts.status).toBe(200)
  }
})
