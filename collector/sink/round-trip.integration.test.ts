import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TrackedEvent } from '@webwatch/events'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readBody } from '../ingest/body.ts'
import { examine } from '../ingest/intake.ts'
import { toRecord } from '../record.ts'
import { batchOf, clickEvent, uuidV7 } from '../testing/batch.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import { duckDbSink } from './duckdb.ts'
import { influxSink } from './influxdb.ts'
import type { Sink } from './sink.ts'

/** Any UTF-16 at all, halves of surrogate pairs included, and what has a meaning in line protocol, SQL, Flux or JSON more often than chance would. */
const unit = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...'\n\r\t\0\\"\'`,= {}[]$;%#\u2028\u0085\ufeff') },
  { weight: 1, arbitrary: fc.constantFrom('\ud800', '\udfff', '💥', '" or 1=1 --', '\\n', '=cmd', '") |> drop()') },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) },
)
const text = (maxLength: number) => fc.array(unit, { minLength: 1, maxLength: 12 }).map((units) => units.join('').slice(0, maxLength))

const base = { time: fc.integer({ min: 0, max: 86_400_000 }).map((ago) => Date.now() - ago) }
const envelope = { ...base, url: text(2048), page: text(64), session: text(64), visitor: text(64) }
const anEvent = fc.oneof(
  fc.record({ ...envelope, data: fc.record({ target: text(200) }) }).map(({ data, ...parts }) => {
    const click = clickEvent(parts)
    return { ...click, data: { ...click.data, ...data } }
  }),
  fc
    .record({ ...envelope, data: fc.record({ title: text(200), referrer: text(200) }) })
    .map(({ data, ...parts }) => clickEvent({ ...parts, type: 'pageview', data: { ...data, kind: 'load' } })),
)

/** Puts events through the collector's front door, without the network. */
function taken(events: TrackedEvent[]) {
  const body = Buffer.from(JSON.stringify(batchOf(events)))
  const { accepted, rejected } = examine(readBody(body, undefined), { key: undefined, userAgent: undefined }, () => () => true, Date.now())
  expect(rejected).toEqual([])
  return accepted
}

async function allEvents(sink: Sink, site: string): Promise<TrackedEvent[]> {
  const events: TrackedEvent[] = []
  let cursor: string | null = null
  do {
    const page = await sink.events({ site, from: 0, to: Date.now() + 86_400_000, limit: 100, ...(cursor !== null && { cursor }) })
    events.push(...page.events)
    cursor = page.cursor
  } while (cursor !== null)
  return events
}

const byId = (a: TrackedEvent, b: TrackedEvent) => (a.id < b.id ? -1 : 1)
let site = 0

async function comesBack(sink: Sink): Promise<void> {
  const property = fc.asyncProperty(fc.array(anEvent, { minLength: 50, maxLength: 150 }), async (generated) => {
    const name = `site-${site++}.example`
    const accepted = taken(generated.map((event) => ({ ...event, site: name, id: uuidV7() })))
    const { refused } = await sink.write(accepted.map(toRecord))
    expect(refused).toEqual([])
    expect((await allEvents(sink, name)).sort(byId)).toEqual(accepted.map(({ event }) => event).sort(byId))
  })
  await fc.assert(property, { numRuns: 15, endOnFailure: true })
}

describe('whatever a page says comes back as it was said', () => {
  let dataDir: string
  let duck: Sink
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'webwatch-round-trip-'))
    duck = await duckDbSink(dataDir)
  })
  afterAll(async () => {
    await duck.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('from DuckDB', () => comesBack(duck))

  it('from InfluxDB', async () => {
    const servers = inject('stack')
    const config = {
      url: servers.influxUrl,
      token: servers.influxToken,
      organisation: servers.influxOrganisation,
      bucket: pipelineEnv(servers).INFLUX_BUCKET!,
    }
    const influx = influxSink(config, pino({ level: 'warn' }))
    await comesBack(influx)
    await influx.close()
  })
})
