import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventTypes, type TrackedEvent } from '@webwatch/events'
import type { EventDefinition } from '@webwatch/events/definition.ts'
import { quote } from '@webwatch/metrics/flux/script.ts'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readBody } from '../ingest/body.ts'
import { examine } from '../ingest/intake.ts'
import { toRecord } from '../record.ts'
import { batchOf, uuidV7 } from '../testing/batch.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import { arbitraryOf, type Schema } from '../testing/schema-arbitrary.ts'
import { duckDbSink } from './duckdb.ts'
import { influxSink } from './influxdb.ts'
import type { Sink } from './sink.ts'

type Data = Record<string, unknown>

/** Any UTF-16 at all, halves of surrogate pairs included, and what has a meaning in line protocol, SQL, Flux or JSON more often than chance would. */
const unit = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...'\n\r\t\0\\"\'`,= {}[]$;%#\u2028\u0085\ufeff') },
  { weight: 1, arbitrary: fc.constantFrom('\ud800', '\udfff', '💥', '" or 1=1 --', '\\n', '=cmd', '") |> drop()') },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) },
)
const text = (maxLength: number) => fc.array(unit, { minLength: 1, maxLength: 12 }).map((units) => units.join('').slice(0, maxLength))

/** Texts that may be empty often are: InfluxDB's pivot has mixed up rows that hold some. */
const whole = {
  text: (minLength: number, maxLength: number) =>
    fc
      .oneof({ weight: minLength === 0 ? 2 : 0, arbitrary: fc.constant('') }, { weight: 3, arbitrary: text(maxLength) })
      .map((said) => said.padEnd(minLength, '.')),
}
const envelope = {
  time: fc.integer({ min: 0, max: 86_400_000 }).map((ago) => Date.now() - ago),
  seq: fc.nat(),
  // Most events of a type share a series, as on a page.
  url: fc.oneof({ weight: 3, arbitrary: fc.constant('https://shop.example/cart') }, { weight: 1, arbitrary: text(2048) }),
  page: text(64),
  session: text(64),
  visitor: text(64),
}
/** An event of any type, every property of which says anything that it may. */
const anEvent = fc
  .constantFrom(...(eventTypes as readonly EventDefinition[]))
  .chain(({ type, data }) =>
    fc.record({ ...envelope, type: fc.constant(type), data: arbitraryOf(data as Schema, whole) as fc.Arbitrary<Data> }),
  )
/** As many as are asked for in a long run. */
const RUNS = Number(process.env.ROUND_TRIP_RUNS ?? 15)
/** How a site may be called further: no control character, no backslash, no space at the end. */
const siteSuffix = text(40).map((said) => said.replaceAll(/[\p{Cc}\p{Cs}\\]/gu, '').trimEnd())

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
  const types = new Set<string>()
  const batches = fc.array(anEvent, { minLength: 50, maxLength: 150 })
  const property = fc.asyncProperty(batches, siteSuffix, async (generated, suffix) => {
    const name = `site-${site++}.example${suffix}`
    const accepted = taken(generated.map((event) => ({ ...event, site: name, id: uuidV7() })))
    const { refused } = await sink.write(accepted.map(toRecord))
    expect(refused).toEqual([])
    expect((await allEvents(sink, accepted[0]!.event.site)).sort(byId)).toEqual(accepted.map(({ event }) => event).sort(byId))
    for (const { event } of accepted) types.add(event.type)
  })
  await fc.assert(property, { numRuns: RUNS, endOnFailure: true })
  expect([...types].sort()).toEqual(eventTypes.map(({ type }) => type).sort())
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
    const texts = fc.array(text(60), { minLength: 200, maxLength: 200 })
    const property = fc.asyncProperty(texts, async (said) => {
      // The line breaks and halves of characters that ingest would have replaced.
      const sent = said.map((one) => readBody(Buffer.from(JSON.stringify(one)), undefined) as string)
      const rows = await influx.rows(`import "array"\narray.from(rows: [${sent.map((one) => `{_value: ${quote(one)}}`).join(', ')}])`)
      expect(rows.map(({ _value }) => _value)).toEqual(sent)
    })
    await fc.assert(property, { numRuns: 5, endOnFailure: true })
    await influx.close()
  })
})
