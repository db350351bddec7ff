import { InfluxDB } from '@influxdata/influxdb-client'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { batchOf, clickEvent } from '../testing/batch.ts'
import { readyCollector, type TestCollector } from '../testing/collector.ts'
import { eventually } from '../testing/eventually.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const servers = inject('stack')
const env = pipelineEnv(servers)
const site = 'skewed.example'

/** What each store has kept of the corrections of a site, by the ids of its events. */
const stores: [name: string, env: Record<string, string>, corrections: (collector: TestCollector) => Promise<Record<string, unknown>[]>][] =
  [
    ['DuckDB', {}, ({ parts }) => parts.sink!.rows(`SELECT id, clock_skew FROM events WHERE clock_skew IS NOT NULL`)],
    [
      'InfluxDB',
      env,
      () =>
        new InfluxDB({ url: servers.influxUrl, token: servers.influxToken })
          .getQueryApi(servers.influxOrganisation)
          .collectRows(`from(bucket: "${env.INFLUX_BUCKET}") |> range(start: 0) |> filter(fn: (r) => r.site == "${site}")
          |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value") |> group()
          |> filter(fn: (r) => exists r.clock_skew) |> keep(columns: ["id", "clock_skew"])`),
    ],
  ]

describe.each(stores)('a wrong clock, with %s', (_name, environment, corrections) => {
  let collector: TestCollector
  beforeAll(async () => {
    collector = await readyCollector(environment)
  })
  afterAll(() => collector.close())

  it('is put right in the time that is stored, which says by how much; what is too old or ahead after that is rejected', async () => {
    const now = Date.now()
    const [behind, ahead, right] = [-DAY, HOUR, -30_000].map((offset) => ({
      event: clickEvent({ site, time: now + offset - 2_000 }),
      offset,
    }))
    const late = clickEvent({ site, time: now - 7.5 * DAY })
    const early = clickEvent({ site, time: now + HOUR + 11 * 60_000 })
    const sent = [
      await collector.post(batchOf([behind!.event, late], { sentAt: now - DAY })),
      await collector.post(batchOf([ahead!.event, early], { sentAt: now + HOUR })),
      await collector.post(batchOf([right!.event], { sentAt: now - 30_000 })),
      await collector.post(batchOf([{ ...late, id: clickEvent().id }], { sentAt: now })),
    ]
    // By a clock that is a day behind, what is 7.5 days old is 6.5.
    expect(sent.map(({ body }) => [body.accepted, body.rejected?.map(({ code }) => code)])).toEqual([
      [2, []],
      [1, ['in_future']],
      [1, []],
      [0, ['too_old']],
    ])
    const { body } = await eventually(
      () => collector.get(`/v1/events?site=${site}`),
      (answer) => expect(answer.body.events).toHaveLength(4),
    )
    const stored = new Map(body.events!.map(({ id, time }) => [id, time]))
    const wanted = [
      { id: behind!.event.id, by: DAY },
      { id: late.id, by: DAY },
      { id: ahead!.event.id, by: -HOUR },
    ]
    expect(stored.get(right!.event.id)).toBe(right!.event.time)
    const kept = new Map((await corrections(collector)).map(({ id, clock_skew }) => [id, Number(clock_skew)]))
    expect([...kept.keys()].sort()).toEqual(wanted.map(({ id }) => id).sort())
    for (const { id, by } of wanted) {
      // The way of the batch is part of it, rounded to 10 s.
      expect(Math.abs(kept.get(id)! - by)).toBeLessThanOrEqual(10_000)
      const told = [behind!.event, ahead!.event, late].find((event) => event.id === id)!
      expect(stored.get(id)).toBe(told.time + kept.get(id)!)
    }
  })
})
