import { randomUUID } from 'node:crypto'
import { type FluxTableMetaData, InfluxDB } from '@influxdata/influxdb-client'
import { BucketsAPI, OrgsAPI } from '@influxdata/influxdb-client-apis'
import { endTasks } from '@webwatch/collector/testing/influx-tasks.ts'
import { eventTypes } from '@webwatch/events'
import type { StackAddresses } from '@webwatch/tools/stack/stack.ts'
import { Kafka, logLevel } from 'kafkajs'

/** A record as a consumer of its own reads it from Kafka. */
export interface ReadRecord {
  topic: string
  key: string | undefined
  headers: Record<string, string>
  value: { id: string; type: string; [name: string]: unknown }
}

/** Topics and a bucket of a test's own on the stack that all tests share, and independent eyes on them. */
export interface Pipeline {
  /** What a collector needs to know to use them. */
  env: Record<string, string>
  topicOf(type: string): string
  /** Every record in the topic of a type. */
  records(type: string): Promise<ReadRecord[]>
  bucket: string
  /** The rows of a Flux query. */
  flux(query: string): Promise<Record<string, unknown>[]>
  dispose(): Promise<void>
}

/** Makes them. */
export async function pipelineOn(stack: StackAddresses): Promise<Pipeline> {
  const run = randomUUID().slice(0, 8)
  const topicOf = (type: string) => `${run}.${type}`
  const bucket = `test-${run}`
  const influx = new InfluxDB({ url: stack.influxUrl, token: stack.influxToken })
  const organisations = await new OrgsAPI(influx).getOrgs({ org: stack.influxOrganisation })
  await new BucketsAPI(influx).postBuckets({ body: { orgID: organisations.orgs![0]!.id!, name: bucket, retentionRules: [] } })

  const kafka = new Kafka({ brokers: stack.kafkaBrokers.split(','), logLevel: logLevel.ERROR })
  const consumer = kafka.consumer({ groupId: `reader-${run}` })
  const read = new Map<string, ReadRecord[]>()
  let isReading: Promise<void> | undefined
  const startReading = async () => {
    await consumer.connect()
    await consumer.subscribe({ topics: eventTypes.map(({ type }) => topicOf(type)), fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ topic, message }) => {
        const headers = Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]))
        const record = { topic, key: message.key?.toString(), headers, value: JSON.parse(String(message.value)) }
        read.set(topic, [...(read.get(topic) ?? []), record])
      },
    })
  }
  const topicVariables = Object.fromEntries(eventTypes.map(({ type }) => [`KAFKA_TOPIC_${type.toUpperCase()}`, topicOf(type)]))
  return {
    env: {
      KAFKA_BROKER_URL: stack.kafkaBrokers,
      KAFKA_GROUP_ID: `group-${run}`,
      KAFKA_TOPIC_DEAD_LETTER: `${run}.dead-letter`,
      KAFKA_TOPIC_RECEIPTS: `${run}.receipts`,
      INFLUX_URL: stack.influxUrl,
      INFLUX_TOKEN: stack.influxToken,
      INFLUX_ORGANISATION: stack.influxOrganisation,
      INFLUX_BUCKET: bucket,
      ...topicVariables,
    },
    topicOf,
    bucket,
    async records(type) {
      isReading ??= startReading()
      await isReading
      return read.get(topicOf(type)) ?? []
    },
    flux(query) {
      const rows: Record<string, unknown>[] = []
      return new Promise((resolve, reject) =>
        influx.getQueryApi(stack.influxOrganisation).queryRows(query, {
          next: (row: string[], table: FluxTableMetaData) => void rows.push(table.toObject(row)),
          error: reject,
          complete: () => resolve(rows),
        }),
      )
    },
    async dispose() {
      await consumer.disconnect()
      await endTasks({ url: stack.influxUrl, token: stack.influxToken, organisation: stack.influxOrganisation, bucket })
    },
  }
}
