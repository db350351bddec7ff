import type { DuckDBConnection, DuckDBResultReader, DuckDBValue } from '@duckdb/node-api'
import { RequestError } from '../errors.ts'

/** Runs queries, as many at once as it has connections; others wait their turn, but not many and not long. */
export interface Reads {
  /** @throws {RequestError} `too_many_queries` */
  run(sql: string, values?: DuckDBValue[]): Promise<DuckDBResultReader>
  /** Resolves when no query is under way or waits. */
  idle(): Promise<void>
}

export interface ReadsLimits {
  /** Queries that wait. */
  waiting?: number
  waitMs?: number
}

const RETRY_AFTER_SECONDS = 3

interface Waiting {
  start(connection: DuckDBConnection): void
}

const tooMany = () => new RequestError('too_many_queries', 'The store is asked more than it can answer', RETRY_AFTER_SECONDS)

/**
 * A query keeps a thread of the process from everything else that needs one, writing included, and takes memory of the store's: so their number has an end.
 * @param connections for nothing else
 */
export function boundedReads(connections: readonly DuckDBConnection[], { waiting: most = 100, waitMs = 10_000 }: ReadsLimits = {}): Reads {
  const free = [...connections]
  const queue = new Set<Waiting>()
  let idlers: (() => void)[] = []

  const turn = (): Promise<DuckDBConnection> =>
    new Promise((resolve, reject) => {
      const entry: Waiting = {
        start(connection) {
          clearTimeout(timer)
          queue.delete(entry)
          resolve(connection)
        },
      }
      const timer = setTimeout(() => {
        queue.delete(entry)
        reject(tooMany())
      }, waitMs)
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
    async run(sql, values) {
      if (free.length === 0 && queue.size >= most) throw tooMany()
      const connection = free.pop() ?? (await turn())
      try {
        return await connection.runAndReadAll(sql, values)
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
