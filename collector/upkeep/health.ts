import { setTimeout as sleep } from 'node:timers/promises'
import {
  ANOMALIES_MEASUREMENT,
  DEPLOYMENTS_MEASUREMENT,
  HEALTH_EVERY_MS,
  HEALTH_MEASUREMENT,
  type HealthFigure,
  healthBucket,
  healthFigures,
  REFUSALS_MEASUREMENT,
} from '@webwatch/metrics/health.ts'
import type { Logger } from 'pino'
import type { InfluxConfig } from '../config.ts'
import { influxWriter } from '../sink/influx-writer.ts'
import { tag, text } from '../sink/line-protocol.ts'
import { Lines } from '../sink/lines.ts'
import type { Telemetry } from '../telemetry.ts'
import { ensureHealthBucket } from './influx-buckets.ts'

/** Totals of one moment, by name of the metric and labels. */
export type Snapshot = ReadonlyMap<string, number>

/** Something that people should know of without being asked. */
export interface Anomaly {
  kind: 'spool' | 'store' | 'dead-letters' | 'rejections'
  text: string
}

/** So many rejected events, and this part of all, are more than an old tracker here and there. */
const MANY_REJECTED = 20
const LARGE_SHARE = 0.05
/** Lines that are kept for a store that is away: an hour's. */
const MOST_WAITING = 500

/** Reads all values of a registry. */
export async function snapshot({ registry }: Pick<Telemetry, 'registry'>): Promise<Snapshot> {
  const values = new Map<string, number>()
  for (const { name, values: samples } of await registry.getMetricsAsJSON()) {
    for (const sample of samples as { value: number; labels: Record<string, string | number>; metricName?: string }[]) {
      const metric = sample.metricName ?? name
      // Buckets of histograms are of no use here.
      if (metric.endsWith('_bucket')) continue
      const labels = 'code' in sample.labels ? `{${sample.labels.code}}` : ''
      values.set(metric, (values.get(metric) ?? 0) + sample.value)
      if (labels) values.set(metric + labels, (values.get(metric + labels) ?? 0) + sample.value)
    }
  }
  return values
}

const increase = (name: string, now: Snapshot, before: Snapshot): number => Math.max(0, (now.get(name) ?? 0) - (before.get(name) ?? 0))

function figureValue({ from, kind }: HealthFigure, now: Snapshot, before: Snapshot): number | undefined {
  if (kind === 'level') return now.get(from) ?? 0
  if (kind === 'increase') return increase(from, now, before)
  const count = increase(`${from}_count`, now, before)
  return count === 0 ? undefined : (increase(`${from}_sum`, now, before) / count) * 1000
}

const codesOf = (name: string, now: Snapshot): string[] =>
  [...now.keys()].filter((key) => key.startsWith(`${name}{`)).map((key) => key.slice(name.length + 1, -1))

/** The lines of one collector for the time between two snapshots. @param at ms since the epoch */
export function healthLines(instance: string, now: Snapshot, before: Snapshot, at: number): string[] {
  const fields = healthFigures.flatMap((figure) => {
    const value = figureValue(figure, now, before)
    // A percentile of nothing yet is no number.
    return value === undefined || !Number.isFinite(value) ? [] : [`${figure.field}=${value}`]
  })
  const refusals = (
    [
      ['rejected', 'webwatch_ingest_rejected_total'],
      ['dead_letter', 'webwatch_dead_letters_total'],
    ] as const
  ).flatMap(([kind, name]) =>
    codesOf(name, now).flatMap((code) => {
      const events = increase(`${name}{${code}}`, now, before)
      return events === 0
        ? []
        : [`${REFUSALS_MEASUREMENT},code=${tag(code)},instance=${tag(instance)},kind=${kind} events=${events} ${at}000000`]
    }),
  )
  return [`${HEALTH_MEASUREMENT},instance=${tag(instance)} ${fields.join(',')} ${at}000000`, ...refusals]
}

/** What began, or was too much, between two snapshots. */
export function anomaliesOf(now: Snapshot, before: Snapshot): Anomaly[] {
  const grew = (name: string) => increase(`webwatch_${name}`, now, before)
  const spooled = now.get('webwatch_spool_records') ?? 0
  const anomalies: Anomaly[] = []
  if (spooled > 0 && (before.get('webwatch_spool_records') ?? 0) === 0)
    anomalies.push({ kind: 'spool', text: 'Accepted events wait on disk for Kafka' })
  const failures = grew('sink_write_failures_total')
  if (failures > 0 && grew('sink_stored_total') === 0)
    anomalies.push({ kind: 'store', text: 'Nothing could be stored; events wait in Kafka' })
  const letters = grew('dead_letters_total')
  if (letters > 0) anomalies.push({ kind: 'dead-letters', text: `${letters} events went to the dead letters` })
  const rejected = grew('ingest_rejected_total')
  if (rejected >= MANY_REJECTED && rejected > LARGE_SHARE * (rejected + grew('ingest_accepted_total')))
    anomalies.push({ kind: 'rejections', text: `${rejected} events were rejected within ${HEALTH_EVERY_MS / 1000} s` })
  return anomalies
}

/** Writes every ten seconds how a collector is, from its start until the signal. A point that cannot be written is let go: the next one comes soon. */
export async function tellHealth(
  config: InfluxConfig,
  instance: string,
  telemetry: Telemetry,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const bucket = healthBucket(config.bucket)
  const write = influxWriter({ ...config, bucket })
  let before = await snapshot(telemetry)
  let waiting = [`${DEPLOYMENTS_MEASUREMENT},site=(collector) text=${text(`The collector ${instance} started`)} ${Date.now()}000000`]
  let known = false
  while (!signal.aborted) {
    try {
      if (!known) await ensureHealthBucket(config)
      known = true
      const now = await snapshot(telemetry)
      const at = Date.now()
      const anomalies = anomaliesOf(now, before).map(
        ({ kind, text: words }) => `${ANOMALIES_MEASUREMENT},instance=${tag(instance)},kind=${kind} text=${text(words)} ${at}000000`,
      )
      waiting = [...waiting, ...healthLines(instance, now, before, at), ...anomalies].slice(-MOST_WAITING)
      before = now
      const lines = new Lines()
      for (const line of waiting) lines.add(line)
      const refused = await write(lines)
      if (refused.length > 0)
        log.warn({ refused: refused.length, reason: refused[0]!.message }, 'InfluxDB refuses the health of this collector')
      waiting = []
    } catch (error) {
      log.debug({ reason: (error as Error).message }, 'the health of this collector cannot be written now')
    }
    await sleep(HEALTH_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
