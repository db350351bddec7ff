import type { Message, PartitionMetadata } from 'kafkajs'
import { replaceModule } from './kafkajs-module.ts'

/** What kafkajs wants grouped, as it is inside. */
export interface ToGroup {
  topic: string
  partitionMetadata: PartitionMetadata[]
  messages: Message[]
  partitioner(choice: { topic: string; partitionMetadata: PartitionMetadata[]; message: Message }): number
}

/** The messages of a topic by the partition that they are for, in their order. */
export function partitionGroups({ topic, partitionMetadata, messages, partitioner }: ToGroup): Record<number, Message[]> {
  const groups: Record<number, Message[]> = {}
  if (partitionMetadata.length === 0) return groups
  for (const message of messages) {
    const partition = partitioner({ topic, partitionMetadata, message })
    groups[partition] ??= []
    groups[partition].push(message)
  }
  return groups
}

/** Puts our grouping in the place of kafkajs 2.2.4's, which copies a group for each message that it gets. To be called before kafkajs is loaded. */
export function replacePartitionGrouping(): void {
  replaceModule<(given: ToGroup) => Record<number, Message[]>>('producer/groupMessagesPerPartition.js', () => partitionGroups)
}
