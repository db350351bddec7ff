import { healthFigures } from '@webwatch/metrics/health.ts'
import { describe, expect, it } from 'vitest'
import { createTelemetry } from '../telemetry.ts'
import { anomaliesOf, healthLines, type Snapshot, snapshot } from './health.ts'

const nothing: Snapshot = new Map()

it('tells only what the collector counts', async () => {
  const telemetry = createTelemetry()
  const names = (await telemetry.registry.getMetricsAsJSON()).map(({ name }) => name)
  expect(healthFigures.map(({ from }) => from).filter((from) => !names.includes(from))).toEqual([])
})

it('tells what was added since the last time, what is, and how long things took', async () => {
  const telemetry = createTelemetry()
  telemetry.lag.set({ topic: 'a', partition: '2' }, Number.NaN)
  expect(healthLines('host:1', await snapshot(telemetry), nothing, 1)[0]).not.toMatch(/NaN|Infinity/)
  telemetry.lag.reset()
  telemetry.accepted.inc(100)
  telemetry.rejected.inc({ code: 'too_old' }, 2)
  telemetry.writing.observe(9)
  const before = await snapshot(telemetry)
  telemetry.accepted.inc(7)
  telemetry.rejected.inc({ code: 'too_old' }, 3)
  telemetry.rejected.inc({ code: 'unknown_field' }, 1)
  telemetry.lag.set({ topic: 'a', partition: '0' }, 5)
  telemetry.lag.set({ topic: 'a', partition: '1' }, 6)
  telemetry.writing.observe(0.1)
  telemetry.writing.observe(0.3)
  const [health, ...refusals] = healthLines('host:1', await snapshot(telemetry), before, 1_700_000_000_000)
  const fields = Object.fromEntries(
    health!
      .split(' ')[1]!
      .split(',')
      .map((pair) => pair.split('=') as [string, string]),
  )
  expect(fields).toMatchObject({ accepted: '7', rejected: '4', lag: '11', stored: '0' })
  expect(Number(fields.write)).toBeCloseTo(200, 6)
  expect(fields).not.toHaveProperty('publish')
  expect(refusals).toEqual([
    'collector_refusals,code=too_old,instance=host:1,kind=rejected events=3 1700000000000000000',
    'collector_refusals,code=unknown_field,instance=host:1,kind=rejected events=1 1700000000000000000',
  ])
})

it('is one line whatever the machine is called', () => {
  for (const line of healthLines('my host\nb\\', new Map([['webwatch_dead_letters_total{a\n\\}', 1]]), nothing, 1)) {
    expect(line).toMatch(/,instance=my\\ host\\ b[ ,]/)
    expect(line).not.toContain('\n')
  }
})

describe('an anomaly', () => {
  const kinds = (now: Record<string, number>, before: Record<string, number> = {}) =>
    anomaliesOf(new Map(Object.entries(now)), new Map(Object.entries(before))).map(({ kind }) => kind)

  it('is none while all goes well', () => {
    expect(anomaliesOf(nothing, nothing)).toEqual([])
    expect(kinds({ webwatch_ingest_accepted_total: 1_000, webwatch_ingest_rejected_total: 21 })).toEqual([])
  })

  it('is what begins, not what goes on', () => {
    expect(kinds({ webwatch_spool_records: 4 })).toEqual(['spool'])
    expect(kinds({ webwatch_spool_records: 9 }, { webwatch_spool_records: 4 })).toEqual([])
  })

  it('is a store that takes nothing, a dead letter, a burst of rejections', () => {
    expect(kinds({ webwatch_sink_write_failures_total: 2 })).toEqual(['store'])
    expect(kinds({ webwatch_sink_write_failures_total: 2, webwatch_sink_stored_total: 5 })).toEqual([])
    expect(kinds({ webwatch_dead_letters_total: 1 })).toEqual(['dead-letters'])
    expect(kinds({ webwatch_ingest_rejected_total: 60, webwatch_ingest_accepted_total: 100 })).toEqual(['rejections'])
  })
})
