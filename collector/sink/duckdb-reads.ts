import type { DuckDBConnection, DuckDBResultReader, DuckDBValue } from '@duckdb/node-api'
import { clientGone } from '../errors.ts'
import { type ReadLimits, type ReadTurns, readTurns } from './read-turns.ts'

/** Runs queries in turn, each on a connection of its own. */
export interface Reads extends Pick<ReadTurns<DuckDBConnection>, 'idle'> {
  /**
   * @param signal stops it, wherever it is
   * @throws {RequestError} `too_many_queries`, and `client_gone` when it was stopped
   */
  run(sql: string, values?: DuckDBValue[], signal?: AbortSignal): Promise<DuckDBResultReader>
}

/** How often a query that is to stop is told so: DuckDB forgets what it was told before the query had begun. */
const TELL_EVERY_MS = 50

/** Runs a query until it has its answer or is stopped. */
async function runOn(
  connection: DuckDBConnection,
  sql: string,
  values: DuckDBValue[] | undefined,
  signal: AbortSignal | undefined,
): Promise<DuckDBResultReader> {
  if (signal?.aborted) throw clientGone()
  let telling: NodeJS.Timeout | undefined
  const stop = (): void => {
    connection.interrupt()
    telling = setInterval(() => connection.interrupt(), TELL_EVERY_MS)
  }
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await connection.runAndReadAll(sql, values)
  } catch (error) {
    throw signal?.aborted ? clientGone() : error
  } finally {
    signal?.removeEventListener('abort', stop)
    clearInterval(telling)
  }
}

/**
 * A query keeps a thread of the process from everything else that needs one, writing included, and takes memory of the store's: so their number has an end.
 * @param connections for nothing else
 */
export function boundedReads(connections: readonly DuckDBConnection[], limits?: ReadLimits): Reads {
  const turns = readTurns(connections, limits)
  return {
    run: (sql, values, signal) => turns.run((connection) => runOn(connection, sql, values, signal), signal),
    idle: turns.idle,
  }
}
