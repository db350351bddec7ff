import type { Logger } from 'pino'
import { RequestError, SinkUnavailable } from '../errors.ts'

/** Whether DuckDB does nothing more with its file until that is opened anew, as after a checkpoint that met a full disk. */
export const isBroken = ({ message }: Error): boolean => /has been invalidated/i.test(message)

/** Whether a checkpoint was not even begun, because somebody else writes. */
export const isRefusedCheckpoint = ({ message }: Error): boolean => /cannot checkpoint/i.test(message)

/** Failures of queries that were asked with parameters of no sense, by how their messages begin. */
const senseless = /^(Parser|Binder|Catalog|Conversion|Invalid Input|Out of Range|Not implemented) Error/i

/** What is told of a read that failed. What lies at the store goes to the log alone: it names files. */
export function readFailure(error: Error, log: Logger): Error {
  if (error instanceof RequestError || error instanceof SinkUnavailable) return error
  if (/^Out of Memory/i.test(error.message)) return new SinkUnavailable('This query needs more memory than DUCKDB_MEMORY_BYTES leaves it')
  if (senseless.test(error.message)) return new RequestError('invalid_query', `The store cannot answer this query: ${error.message}`)
  log.warn({ reason: error.message }, 'DuckDB cannot answer a query')
  return new SinkUnavailable('The store cannot answer now; the log of the collector says why')
}
