import type { Kafka } from 'kafkajs'
import type { KafkaConfig } from '../config.ts'

/** All topics of a configuration: one for each event type, and our own two. */
export const allTopics = ({ topics, deadLetterTopic, receiptsTopic }: KafkaConfig): string[] => [
  ...Object.values(topics),
  deadLetterTopic,
  receiptsTopic,
]

/** Creates the topics that are missing. Those that exist keep their partitions. */
export async function createTopics(kafka: Kafka, config: KafkaConfig): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const existing = new Set(await admin.listTopics())
    const missing = allTopics(config).filter((topic) => !existing.has(topic))
    if (missing.length === 0) return
    await admin.createTopics({
      waitForLeaders: true,
      timeout: 20_000,
      topics: missing.map((topic) => ({ topic, numPartitions: config.partitions, replicationFactor: config.replication })),
    })
  } finally {
    await admin.disconnect()
  }
}
