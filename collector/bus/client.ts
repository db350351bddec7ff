import { Kafka, type LogEntry, logLevel } from 'kafkajs'
import type { Logger } from 'pino'
import type { KafkaConfig } from '../config.ts'
import { replaceProduceEncoding } from './produce-request.ts'
import { replaceBatchDecoding } from './record-batch.ts'

/** kafkajs logs what it then retries or throws; only what is neither deserves more than debug. */
const writeLog =
  (log: Logger) =>
  () =>
  ({ level, namespace, log: { message, error } }: LogEntry): void => {
    const entry = { part: `kafkajs ${namespace}`, error: typeof error === 'string' ? error : undefined }
    if (level <= logLevel.WARN) log.debug(entry, message)
    else log.trace(entry, message)
  }

/** A client for the configured cluster. Time-outs are short, because everything above it tries again by itself. */
export function kafkaClient({ brokers, ssl, sasl }: KafkaConfig, log: Logger): Kafka {
  replaceProduceEncoding()
  replaceBatchDecoding()
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
    logCreator: writeLog(log),
  })
}
