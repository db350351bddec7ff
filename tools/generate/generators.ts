import { readdirSync, readFileSync } from 'node:fs'
import { openApiText } from '@webwatch/collector/openapi.ts'
import { eventTypes } from '@webwatch/events'
import type { EventDefinition } from '@webwatch/events/definition.ts'
import type { Example } from '@webwatch/events/example.ts'
import type { Metric } from '@webwatch/events/metric.ts'
import { journeys } from '@webwatch/metrics/journeys.ts'
import { ledger } from '@webwatch/metrics/ledger.ts'
import { live } from '@webwatch/metrics/live.ts'
import { mark } from '../icons/mark.ts'
import { capturesSource, examplesSource, metricsSource } from './captures.ts'
import { eventReference } from './event-reference.ts'
import type { Generator } from './generator.ts'
import { grafanaFiles } from './grafana/files.ts'
import { licencesPage } from './licences.ts'
import { measurementsPage } from './measurements.ts'
import { type CatalogueChapter, metricCatalogue } from './metric-catalogue.ts'

const LOCK = new URL('../../package-lock.json', import.meta.url)
const RESULTS = new URL('../../bench/results/', import.meta.url)
const definitions: readonly EventDefinition[] = eventTypes
const names = definitions.map(({ type }) => type)

/** Read from the folders rather than from the generated list, which may not be current. */
async function readExamples(type: string): Promise<[string, readonly Example[]]> {
  const { examples } = (await import(`../../events/${type}/examples.ts`)) as { examples: readonly Example[] }
  return [type, examples]
}

/** Read from the folders, as the examples are. */
async function readMetrics({ type, title }: EventDefinition): Promise<CatalogueChapter> {
  const { metrics } = (await import(`../../events/${type}/metrics.ts`)) as { metrics: readonly Metric[] }
  return { title, metrics }
}

const readResults = () =>
  Object.fromEntries(
    readdirSync(RESULTS)
      .sort()
      .map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(new URL(file, RESULTS), 'utf8'))]),
  )

/** All that `npm run generate` writes. A new kind of generated file is a line here. */
export const generators: readonly Generator[] = [
  () => [{ path: 'events/generated/captures.ts', text: capturesSource(names) }],
  () => [{ path: 'events/generated/examples.ts', text: examplesSource(names) }],
  () => [{ path: 'events/generated/metrics.ts', text: metricsSource(names) }],
  () => [{ path: 'docs/openapi.json', text: openApiText() }],
  grafanaFiles,
  () => [{ path: 'collector/public/status/icon.svg', text: mark('on', 32) }],
  () => [{ path: 'docs/measurements.md', text: measurementsPage(readResults()) }],
  () => [{ path: 'docs/licences.md', text: licencesPage(JSON.parse(readFileSync(LOCK, 'utf8'))) }],
  async () => {
    const examples = Object.fromEntries(await Promise.all(names.map(readExamples)))
    return [{ path: 'docs/events.md', text: eventReference(definitions, examples) }]
  },
  async () => {
    const overall = { title: 'All types', metrics: [...live, ...journeys, ...ledger] }
    return [{ path: 'docs/metrics.md', text: metricCatalogue([...(await Promise.all(definitions.map(readMetrics))), overall]) }]
  },
]
