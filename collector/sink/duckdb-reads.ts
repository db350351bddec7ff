import type { DuckDBConnection, DuckDBResultReader, DuckDBValue } from '@duckdb/node-api'
import { clientGone, RequestError } from '../errors.ts'

/** Runs queries, as many at once as it has connections; others wait their turn, but not many and not long. */
export interface Reads {
  /**
   * @param signal stops it, wherever it is
   * @throws {RequestError} `too_many_queries`, and `client_gone` when it was stopped
   */
  run(sql: string, values?: DuckDBValue[], signal?: AbortSignal): Promise<DuckDBResultReader>
  /** Resolves when no query is under way or waits. */
  idle(): Promise<void>
}

export interface ReadsLimits {
  /** Queries that wait. */
  waiting?: number
  waitMs?: number
}

const RETRY_AFTER_SECONDS = 3
/** How often a query that is to stop is told so: DuckDB forgets what it was told before the query had begun. */
const TELL_EVERY_MS = 50

interface Waiting {
  start(connection: DuckDBConnection): void
}

const tooMany = () => new RequestError('too_many_queries', 'The store is asked more than it can answer', RETRY_AFTER_SECONDS)

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
export function boundedReads(connections: readonly DuckDBConnection[], { waiting: most = 100, waitMs = 10_000 }: ReadsLimits = {}): Reads {
  const free = [...connections]
  const queue = new Set<Waiting>()
  let idlers: (() => void)[] = []

  const turn = (signal: AbortSignal | undefined): Promise<DuckDBConnection> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', giveUp)
        queue.delete(entry)
      }
      const entry: Waiting = {
        start(connection) {
          leave()
          resolve(connection)
        },
      }
      const refuse = (error: RequestError): void => {
        leave()
        reject(error)
      }
      const giveUp = (): void => refuse(clientGone())
      const timer = setTimeout(() => refuse(tooMany()), waitMs)
      signal?.addEventListener('abort', giveUp, { once: true })
      queue.add(entry)
    })

  function release(connection: DuckDBConnection): void {
    const [next] = queue
    if (next) {
      next.start(connection)
      return
    }
    free.push(connection)
    if (free.length < connections.length) return
    for (const resolve of idlers) resolve()
    idlers = []
  }

  return {
    async run(sql, values, signal) {
      if (signal?.aborted) throw clientGone()
      if (free.length === 0 && queue.size >= most) throw tooMany()
      const connection = free.pop() ?? (await turn(signal))
      try {
        return await runOn(connection, sql, values, signal)
      } finally {
        release(connection)
      }
    },
    idle: () =>
      free.length === connections.length
        ? Promise.resolve()
        : new Promise<void>((resolve) => {
            idlers.push(resolve)
          }),
  }
}
