import type { DuckDBConnection } from '@duckdb/node-api'
import { SinkUnavailable } from '../errors.ts'
import type { Turns } from './duckdb-turns.ts'

/** Runs deletions one after the other, since they share a connection, and gives back the room of what is gone. */
export interface Deletions {
  run<Result>(work: () => Promise<Result>): Promise<Result>
  /** Begins no more, and resolves when none is under way. */
  close(): Promise<void>
}

export function deletions(turns: Turns): Deletions {
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false
  return {
    run(work) {
      const result = last.then(async () => {
        if (isClosed) throw new SinkUnavailable('The store is being closed')
        const done = await work()
        await turns.vacuum()
        return done
      })
      last = result.catch(() => undefined)
      return result
    },
    async close() {
      isClosed = true
      await last
    },
  }
}

const TELL_EVERY_MS = 50

/** Has connections stop what they run until it has ended: DuckDB forgets what it was told before a statement had begun. */
export async function interruptUntil(ended: Promise<unknown>, connections: readonly DuckDBConnection[]): Promise<void> {
  const tell = (): void => {
    for (const connection of connections) connection.interrupt()
  }
  tell()
  const telling = setInterval(tell, TELL_EVERY_MS)
  await ended
  clearInterval(telling)
}
