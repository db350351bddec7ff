import type { Part } from '../benchmark.ts'
import { benchEmbedded } from './embedded.ts'
import { benchEmbeddedFlatness, benchServedFlatness } from './flatness.ts'
import { benchFreshness } from './freshness.ts'
import { benchIngest } from './ingest.ts'
import { benchSinks } from './scaling.ts'
import { benchSink } from './sink.ts'

/** What `npm run bench -- collector` measures, each part alone when it is named. */
export const collectorParts: Record<string, Part> = {
  ingest: benchIngest,
  sink: benchSink,
  embedded: benchEmbedded,
  freshness: benchFreshness,
  sinks: benchSinks,
  'flatness-embedded': benchEmbeddedFlatness,
  'flatness-influxdb': benchServedFlatness,
}
