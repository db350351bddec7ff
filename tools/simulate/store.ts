import { type Config, readConfig } from '@webwatch/collector/config.ts'
import { loadEnvironment } from '@webwatch/collector/environment.ts'
import { agentOf } from '@webwatch/collector/ingest/agent.ts'
import { countryOf } from '@webwatch/collector/ingest/country.ts'
import { routeOf } from '@webwatch/collector/ingest/route.ts'
import { checkEvent } from '@webwatch/collector/ingest/validation.ts'
import { toRecord } from '@webwatch/collector/record.ts'
import { duckDbSink } from '@webwatch/collector/sink/duckdb.ts'
import { influxSink } from '@webwatch/collector/sink/influxdb.ts'
import type { Sink } from '@webwatch/collector/sink/sink.ts'
import { pino } from 'pino'
import type { Destination, Tally } from './sender.ts'

async function openSink({ influx, dataDir, duckDbMemoryBytes }: Config): Promise<{ name: string; sink: Sink }> {
  if (influx) return { name: `the bucket ${influx.bucket} of InfluxDB at ${influx.url}`, sink: influxSink(influx, pino({ level: 'warn' })) }
  return { name: `the embedded store in ${dataDir}`, sink: await duckDbSink(dataDir, { memoryBytes: duckDbMemoryBytes }) }
}

/**
 * Writes events straight into the store that the collector's environment and its `.env` file name, so that they may be older than what a collector takes.
 * The embedded store belongs to one process, so no collector may run on it meanwhile.
 */
export async function storeDestination(): Promise<Destination> {
  const { name, sink } = await openSink(readConfig(loadEnvironment()))
  const tally: Tally = { sent: 0, accepted: 0, duplicates: 0, rejected: {}, repeated: 0 }
  return {
    name,
    tally,
    async deliver({ userAgent, context }, events) {
      const good = events.filter((event, index) => {
        const rejection = checkEvent(event, index)
        if (rejection) tally.rejected[rejection.code] = (tally.rejected[rejection.code] ?? 0) + 1
        return !rejection
      })
      const facts = { source: 'script' as const, context, ...agentOf(userAgent), country: countryOf(undefined, context.timeZone) }
      const records = good.map((event) =>
        toRecord({ event, route: routeOf(event.url), facts: { ...facts, receivedAt: event.time + 1_000 } }),
      )
      const { duplicates } = await sink.write(records)
      tally.sent += events.length
      tally.accepted += records.length - duplicates.size
      tally.duplicates += duplicates.size
    },
    close: () => sink.close(),
  }
}
