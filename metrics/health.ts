/** What collectors say of themselves has a bucket of its own, so that the one with events holds nothing but events and their aggregates. */
export const healthBucket = (bucket: string): string => `${bucket}_health`

/** Days for which it is kept. */
export const HEALTH_RETENTION_DAYS = 90
/** How often a collector says how it is, in ms. */
export const HEALTH_EVERY_MS = 10_000

/** A number that stands ready in InfluxDB. */
export interface Figure {
  readonly measurement: string
  readonly field: string
  /** `increase`: what was added since the last point. `level`: what it is. `mean`: the mean of what was timed since the last point, in ms. */
  readonly kind: 'increase' | 'level' | 'mean'
  /** How the levels of several collectors become one: they are added up unless the worst of them counts. */
  readonly together?: 'max'
  /** Tags by which it is told apart. */
  readonly by?: readonly string[]
}

/** One figure of a collector. */
export interface HealthFigure extends Figure {
  /** The collector's own metric (`GET /metrics`) that it comes from. */
  readonly from: string
  readonly title: string
  readonly description: string
}

/** Measurement of the figures, one point for each collector (tag `instance`) every ten seconds. */
export const HEALTH_MEASUREMENT = 'collector_health'
/** Measurement of what was not taken or not stored: `events` by `kind` (rejected, dead_letter) and `code`. */
export const REFUSALS_MEASUREMENT = 'collector_refusals'
/** Measurements of what dashboards mark in time: `text`, by `site`; and by `kind`. */
export const DEPLOYMENTS_MEASUREMENT = 'deployments'
export const ANOMALIES_MEASUREMENT = 'anomalies'

/** Measurement of losses per minute, by `site`: `captured`, `stored` and `missing`. */
export const LOSSES_MEASUREMENT = 'losses'

/** Which part of the captured events is missing, by site. */
export const loss = { measurement: LOSSES_MEASUREMENT, part: 'missing', whole: 'captured', by: 'site' } as const

/** How many events were not taken or not stored. */
export const refusals: Figure = { measurement: REFUSALS_MEASUREMENT, field: 'events', kind: 'increase', by: ['kind', 'code'] }

const figure = (field: string, from: string, kind: HealthFigure['kind'], title: string, description: string): HealthFigure => ({
  measurement: HEALTH_MEASUREMENT,
  field,
  from: /^(process|nodejs)_/.test(from) ? from : `webwatch_${from}`,
  kind,
  title,
  description,
})

/** What a collector tells of itself. */
export const healthFigures: readonly HealthFigure[] = [
  figure('accepted', 'ingest_accepted_total', 'increase', 'Accepted', 'Events that collectors accepted: they are durable.'),
  figure(
    'duplicates',
    'ingest_duplicates_total',
    'increase',
    'Duplicates',
    'Events that came again after they had been accepted; they stay stored once.',
  ),
  figure(
    'rejected',
    'ingest_rejected_total',
    'increase',
    'Rejected',
    'Events that break the contract of their type, or come with the key of another site.',
  ),
  figure('stored', 'sink_stored_total', 'increase', 'Stored', 'Records that the store acknowledged, storing again included.'),
  figure(
    'late',
    'sink_late_total',
    'increase',
    'Late',
    'Records stored more than five minutes after they happened; their aggregates are made anew.',
  ),
  figure(
    'dead_letters',
    'dead_letters_total',
    'increase',
    'Dead letters',
    'Records that InfluxDB or Kafka refuses for good, or that are no whole events. They lie in the dead-letter topic and can be replayed.',
  ),
  figure(
    'write_failures',
    'sink_write_failures_total',
    'increase',
    'Failed writes',
    'Writes to the store that failed for now and are tried again.',
  ),
  figure(
    'publish_failures',
    'bus_publish_failures_total',
    'increase',
    'Failed sends to Kafka',
    'Attempts to hand records to Kafka that failed; the records are sent again or wait on disk.',
  ),
  figure(
    'tag_overflow',
    'ingest_tag_overflow_total',
    'increase',
    'Tags that became (other)',
    'Points of a site that has more routes or targets than get a tag of their own.',
  ),
  figure('lag', 'consumer_lag_records', 'level', 'Lag', 'Records in Kafka that are not read yet, over all partitions.'),
  figure(
    'spool',
    'spool_records',
    'level',
    'On disk',
    'Records that wait on disk for Kafka. More than 0 means that Kafka is out of reach, or refuses records and their dead letters too.',
  ),
  figure(
    'pending',
    'bus_pending_bytes',
    'level',
    'In memory',
    'Bytes of accepted records that wait in memory for Kafka. Near 32 MiB senders are told to wait.',
  ),
  figure('memory', 'process_resident_memory_bytes', 'level', 'Memory', 'Resident memory of the process.'),
  {
    ...figure(
      'loop_delay',
      'nodejs_eventloop_lag_p99_seconds',
      'level',
      'Event loop delay',
      'How long the process that is the worst off was busy with one thing, 99th percentile, in seconds.',
    ),
    together: 'max',
  },
  figure('publish', 'bus_publish_seconds', 'mean', 'Time to be durable', 'Mean time until a batch is durable in Kafka or on disk, in ms.'),
  figure('write', 'sink_write_seconds', 'mean', 'Time to be stored', 'Mean time for one write to the store, in ms.'),
]
