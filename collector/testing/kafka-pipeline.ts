import { randomBytes } from 'node:crypto'
import { eventTypes } from '@webwatch/events'

/** Addresses of a Kafka and an InfluxDB. */
export interface Servers {
  kafkaBrokers: string
  influxUrl: string
  influxToken: string
  influxOrganisation: string
}

/** The buckets that this file of tests has been given. */
export const buckets: string[] = []

/** Environment of a collector on real servers, with topics, a group and a bucket that no other test has. */
export function pipelineEnv(servers: Servers): Record<string, string> {
  const unique = `test-${randomBytes(5).toString('hex')}`
  buckets.push(unique)
  const topics = eventTypes.map(({ type }) => [`KAFKA_TOPIC_${type.toUpperCase()}`, `${unique}.${type}`])
  return {
    KAFKA_BROKER_URL: servers.kafkaBrokers,
    KAFKA_GROUP_ID: unique,
    KAFKA_PARTITIONS: '2',
    KAFKA_TOPIC_DEAD_LETTER: `${unique}.dead-letter`,
    KAFKA_TOPIC_RECEIPTS: `${unique}.receipts`,
    ...Object.fromEntries(topics),
    INFLUX_URL: servers.influxUrl,
    INFLUX_TOKEN: servers.influxToken,
    INFLUX_ORGANISATION: servers.influxOrganisation,
    INFLUX_BUCKET: unique,
  }
}
