import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What the collector counts about itself, for Prometheus. */
export type Telemetry = ReturnType<typeof createTelemetry>

const fastBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

const skewBuckets = [0.1, 0.5, 1, 5, 10, 60, 600, 3_600, 86_400]

/** A registry of its own, so that several collectors can live in one process. */
export function createTelemetry() {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const counter = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter<Label>({ name: `webwatch_${name}`, help, labelNames, registers })
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge<Label>({ name: `webwatch_${name}`, help, labelNames, registers })
  const seconds = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Histogram<Label>({ name: `webwatch_${name}_seconds`, help, labelNames, registers, buckets: fastBuckets })
  const sizes = (name: string, help: string, buckets: number[]) => new Histogram({ name: `webwatch_${name}`, help, registers, buckets })

  return {
    registry,
    requests: seconds('http_request', 'Time from a request to its answer.', ['route', 'status']),
    refused: counter('http_refused_total', 'Requests that failed as a whole, by error code.', ['code']),
    connectionsRefused: counter(
      'http_connections_refused_total',
      'Connections that were ended at once, since there were enough: in all, or of their address.',
      ['bound'],
    ),
    keyReloads: counter('key_reloads_total', 'Times that the keys were read again, and whether they could be used.', ['outcome']),
    accepted: counter('ingest_accepted_total', 'Events that were accepted and are durable.'),
    duplicates: counter('ingest_duplicates_total', 'Events that came again after they had been accepted.'),
    rejected: counter('ingest_rejected_total', 'Events that were rejected, by error code.', ['code']),
    batchEvents: sizes('ingest_batch_events', 'Events in a batch.', [1, 2, 5, 10, 20, 50, 100, 200, 500]),
    batchBytes: sizes(
      'ingest_batch_bytes',
      'Bytes of a batch as it came over the wire.',
      [256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576],
    ),
    skew: sizes('ingest_clock_skew_seconds', "Difference between the sender's clock and ours, the way of the batch included.", skewBuckets),
    receivedBytes: counter('ingest_received_bytes_total', 'Bytes of batches as they came over the wire.'),
    publishing: seconds('bus_publish', 'Time until a batch is durable in Kafka or on disk.'),
    publishFailures: counter('bus_publish_failures_total', 'Attempts to hand records to Kafka that failed.'),
    pendingBytes: gauge('bus_pending_bytes', 'Bytes of accepted records that wait in memory for Kafka.'),
    spoolRecords: gauge('spool_records', 'Records on disk that wait for Kafka.'),
    spoolBytes: gauge('spool_bytes', 'Bytes on disk that wait for Kafka.'),
    receiptsDropped: counter('receipts_dropped_total', 'Receipts that Kafka did not take; the events themselves are not concerned.'),
    consumed: counter('consumer_records_total', 'Records of events read from Kafka.'),
    consumerRestarts: counter('consumer_restarts_total', 'Times that the consumer of events had to start anew.'),
    lag: gauge('consumer_lag_records', 'Records behind the end of a partition that is read here, as of its last batch.', [
      'topic',
      'partition',
    ]),
    stored: counter('sink_stored_total', 'Records that the store has acknowledged, storing again included.'),
    late: counter('sink_late_total', 'Records stored more than 5 minutes after they happened: their aggregates are made anew.'),
    writing: seconds('sink_write', 'Time for one write to the store.'),
    writeFailures: counter('sink_write_failures_total', 'Writes that failed for now and are tried again.'),
    deadLetters: counter('dead_letters_total', 'Records that could not be stored and went to the dead-letter topic, by code.', ['code']),
    tagValues: gauge('ingest_tag_values', 'Distinct values of a tag that are kept, of all sites together.', ['tag']),
    tagOverflow: counter('ingest_tag_overflow_total', 'Events whose tag became (other), because its site had too many values.', ['tag']),
  }
}
