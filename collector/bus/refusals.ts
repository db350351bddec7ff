/** A failure that comes again however often the same records are sent: the broker does not take them, and says why. */
export interface Refusal {
  /** Kafka's name of it. */
  type: string
  /** What must be smaller, or other, before the rest can go: the request, all records of one topic, or a record. */
  about: 'size' | 'topic' | 'record'
}

/** https://kafka.apache.org/protocol.html#protocol_error_codes, by the names that kafkajs gives them. What is about the whole cluster is not among them: then all records wait. */
const refusals: Readonly<Record<string, Refusal['about']>> = {
  MESSAGE_TOO_LARGE: 'size',
  RECORD_LIST_TOO_LARGE: 'size',
  TOPIC_AUTHORIZATION_FAILED: 'topic',
  INVALID_TOPIC_EXCEPTION: 'topic',
  INVALID_RECORD: 'record',
  INVALID_TIMESTAMP: 'record',
  UNSUPPORTED_FOR_MESSAGE_FORMAT: 'record',
  POLICY_VIOLATION: 'record',
}

/** Kafka's names of a failure of kafkajs and of what caused it. */
function typesOf(failure: unknown): string[] {
  const types: string[] = []
  for (let error = failure; error instanceof Error; error = error.cause) {
    const { type } = error as Error & { type?: string }
    if (type !== undefined) types.push(type)
  }
  return types
}

/** Finds out whether a failure is a refusal. */
export function refusalOf(failure: unknown): Refusal | undefined {
  for (const type of typesOf(failure)) {
    const about = refusals[type]
    if (about) return { type, about }
  }
  return undefined
}

/** Whether a failure says that a topic is gone. */
export const isTopicMissing = (failure: unknown): boolean => typesOf(failure).includes('UNKNOWN_TOPIC_OR_PARTITION')

/** Records with room to spare in any topic: a limit below it is no limit for a request, but for a record. */
const SMALLEST_REQUEST_BYTES = 16 * 1024

/** How large a request may be after one of so many bytes was refused for its size. */
export const smallerThan = (bytes: number): number => Math.max(SMALLEST_REQUEST_BYTES, Math.floor(bytes / 2))

/**
 * Divides refused records so that those come apart that have nothing to do with it: by topic, where it is about one, or else in the middle.
 * @returns one part when they cannot be divided
 */
export function divide<Item extends { topic: string }>(records: readonly Item[], { about }: Refusal): (readonly Item[])[] {
  if (about === 'topic')
    return [...new Set(records.map(({ topic }) => topic))].map((topic) => records.filter((record) => record.topic === topic))
  if (records.length === 1) return [records]
  const middle = Math.ceil(records.length / 2)
  return [records.slice(0, middle), records.slice(middle)]
}
