import { createRequire } from 'node:module'
import type { Kafka, LogEntry } from 'kafkajs'
import type { Logger } from 'pino'
import type { KafkaConfig } from '../config.ts'
import { replacePartitionGrouping } from './partition-groups.ts'
import { replaceProduceEncoding } from './produce-request.ts'
import { replaceBatchDecoding } from './record-batch.ts'

/** kafkajs with the functions of ours in it, which must be there before the parts of it that use them. */
function loadKafkajs(): typeof import('kafkajs') {
  replacePartitionGrouping()
  replaceProduceEncoding()
  replaceBatchDecoding()
  return createRequire(import.meta.url)('kafkajs')
}

/** A client for the configured cluster. Time-outs are short, because everything above it tries again by itself. */
export function kafkaClient({ brokers, ssl, sasl }: KafkaConfig, log: Logger): Kafka {
  const { Kafka, logLevel } = loadKafkajs()
  /** kafkajs logs what it then retries or throws; only what is neither deserves more than debug. */
  const write = ({ level, namespace, log: { message, error } }: LogEntry): void => {
    const entry = { part: `kafkajs ${namespace}`, error: typeof error === 'string' ? error : undefined }
    if (level <= logLevel.WARN) log.debug(entry, message)
    else log.trace(entry, message)
  }
  return new Kafka({
    clientId: 'webwatch',
    brokers,
    ssl,
    ...(sasl && { sasl: sasl as never }),
    connectionTimeout: 3_000,
    authenticationTimeout: 5_000,
    requestTimeout: 10_000,
    enforceRequestTimeout: true,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 },
    logLevel: logLevel.WARN,
    logCreator: () => write,
  })
}
