import { fluxDateTime } from '@influxdata/influxdb-client'
import { hourlyBucket, LATE_MEASUREMENT } from '@webwatch/metrics/aggregates.ts'
import { VIEWS_KIND, VIEWS_MEASUREMENT } from '@webwatch/metrics/flux/rows.ts'
import { quote } from '@webwatch/metrics/flux/script.ts'
import type { InfluxConfig } from '../config.ts'
import { SinkUnavailable } from '../errors.ts'
import { fluxTime, type RunFlux } from './influx-events.ts'
import { influxDelete } from './influx-forget.ts'
import type { Expiry } from './sink.ts'

const NS_PER_MS = 1_000_000n

/** Any point of a kind from before a moment. A delete costs seconds even when it finds nothing, and this some ms. */
const anyBefore = (bucket: string, kind: string, ns: bigint): string => `from(bucket: ${quote(bucket)})
  |> range(start: 0, stop: ${fluxDateTime(fluxTime(ns))})
  |> filter(fn: (r) => r.data_type == ${quote(kind)} and (r._field == "count" or r._measurement == "${VIEWS_MEASUREMENT}"))
  |> first()
  |> group()
  |> limit(n: 1)`

/**
 * Retention in InfluxDB is a matter of whole buckets, but events and their aggregates share one, so what is too old is deleted by its `data_type`.
 * @throws {SinkUnavailable}
 */
export async function expireIn(config: InfluxConfig, run: RunFlux, { raw, aggregates }: Expiry): Promise<void> {
  const { bucket } = config
  const remove = async (from: string, kind: string, before: number) => {
    const to = BigInt(before) * NS_PER_MS - 1n
    if ((await run(anyBefore(from, kind, to + 1n))).length > 0)
      await influxDelete(config, from)({ tags: { data_type: kind }, from: 0n, to })
  }
  try {
    if (raw !== undefined) {
      await remove(bucket, 'raw', raw)
      await influxDelete(config)({ tags: { _measurement: LATE_MEASUREMENT }, from: 0n, to: BigInt(raw) * NS_PER_MS - 1n })
    }
    if (aggregates !== undefined) {
      await remove(bucket, 'aggregated', aggregates)
      for (const kind of ['aggregated', VIEWS_KIND]) await remove(hourlyBucket(bucket), kind, aggregates)
    }
  } catch (error) {
    throw new SinkUnavailable(`InfluxDB: ${(error as Error).message}`)
  }
}
