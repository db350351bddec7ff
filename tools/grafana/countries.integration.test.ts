import type { EventRecord } from '@webwatch/collector/record.ts'
import { influxSink } from '@webwatch/collector/sink/influxdb.ts'
import type { Sink } from '@webwatch/collector/sink/sink.ts'
import { uuidV7 } from '@webwatch/collector/testing/batch.ts'
import { pipelineEnv } from '@webwatch/collector/testing/kafka-pipeline.ts'
import { generateVisits } from '@webwatch/collector/testing/visits.ts'
import { UNKNOWN_COUNTRY } from '@webwatch/metrics/columns.ts'
import type { StoredEvent } from '@webwatch/metrics/reference.ts'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { dashboards } from '../generate/grafana/dashboards.ts'
import { fill, type Viewer } from './fill.ts'
import { fits } from './fits.ts'
import { fieldOf } from './frames.ts'
import { runFlux } from './influx.ts'
import { isRight } from './right.ts'

const servers = inject('stack')
const bucket = `${pipelineEnv(servers).INFLUX_BUCKET!}-countries`
const MINUTE = 60_000
const to = Math.floor(Date.now() / MINUTE) * MINUTE
const viewer: Viewer = {
  from: to - 60 * MINUTE,
  to,
  intervalMs: MINUTE,
  bucket,
  variables: { site: null, url: null, device: null, country: null },
}

/** More than there are bars: from the first, with as many visitors as there are countries, down to two; of unknown country there is a single one. */
const countries = 'DE FR US GB IT ES PT NL BE LU CH AT PL CZ SK HU RO BG GR HR SI DK SE NO FI EE LV LT IE IS'.split(' ')
const wanted = new Map([...countries.map((country, index) => [country, countries.length + 1 - index] as const), [UNKNOWN_COUNTRY, 1]])

let store: Sink
let stored: StoredEvent[]

beforeAll(async () => {
  const some = generateVisits({ seed: 3, site: 'shop.example', from: viewer.from, to, visitors: 9 })
  const of = (type: string) => some.find((event) => event.type === type)!
  const kinds = [of('pageview'), of('mousemove')]
  stored = [...wanted].flatMap(([country, count]) =>
    Array.from({ length: count }, (_, index) =>
      kinds.map((event) => ({ ...event, id: uuidV7(to - MINUTE), time: to - MINUTE, country, visitor: `${country} ${index}` })),
    ).flat(),
  )
  store = influxSink(
    { url: servers.influxUrl, token: servers.influxToken, organisation: servers.influxOrganisation, bucket },
    pino({ level: 'warn' }),
  )
  expect((await store.write(stored as EventRecord[])).refused).toEqual([])
})
afterAll(() => store?.close())

const panels = dashboards.flatMap(({ title, panels: specs }) =>
  specs
    .filter(({ asks }) => asks?.shape === 'places' || asks?.shape === 'countries')
    .map((spec) => ({ name: `${title}: ${spec.title}`, spec })),
)

it('has two maps, and bars', () =>
  expect(panels.map(({ spec }) => spec.type)).toEqual(['geomap', 'bargauge', 'geomap', 'bargauge', 'bargauge']))

it.each(panels)('$name tells of every country that it must', async ({ spec }) => {
  const frames = await runFlux(servers, fill(spec.queries[0]!, viewer))
  fits[spec.type](frames)
  isRight({ asks: spec.asks!, viewer, stored }, frames)
  const shown = fieldOf(frames[0], 'country')!.values
  expect(shown).toEqual(spec.type === 'geomap' ? countries : [...countries.slice(0, 24), UNKNOWN_COUNTRY])
})
