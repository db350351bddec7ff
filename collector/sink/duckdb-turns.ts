import type { DuckDBConnection } from '@duckdb/node-api'
import { type EventTable, eventTables } from './duckdb-tables.ts'

/** Has events written into one table while a checkpoint brings the other one from the log into the file. */
export interface Turns {
  /** The table for the next transaction. Waits while nothing may be written. */
  begin(): Promise<EventTable>
  /** Says that the transaction is committed, with so many rows. */
  committed(rows: number): void
  /** Gives back the room of rows that were deleted, as far as that can be done now; no other checkpoint does. Nothing is written meanwhile. */
  vacuum(): Promise<void>
  /** Resolves when no checkpoint is under way, and lets go of the snapshot. */
  idle(): Promise<void>
}

/** How a turn ends: `none` is ending, the old snapshot is being taken, a commit behind it is awaited, or the checkpoint runs. */
type Ending = 'none' | 'snapshot' | 'commit' | 'checkpoint'

/**
 * A checkpoint locks the table that it writes, and locks out all writers if it is also to clear away what was deleted. It does not do the latter
 * while somebody still reads the state from before the last commit (https://github.com/duckdb/duckdb/pull/20052). So a turn ends like this: events
 * go into the other table, a snapshot is held, and after one more commit the checkpoint begins. It finds little in the table in use.
 * @param holding a connection for the snapshot alone
 * @param checkpointing a connection for checkpoints alone
 * @param failed is told of what fails; the log keeps everything until the next checkpoint
 */
export function takeTurns(
  holding: DuckDBConnection,
  checkpointing: DuckDBConnection,
  rowsPerTurn: number,
  failed: (error: Error) => void,
): Turns {
  let turn = 0
  let rows = 0
  let ending: Ending = 'none'
  let beganBehindSnapshot = false
  let work: Promise<void> = Promise.resolve()
  let barrier: Promise<void> = Promise.resolve()

  async function holdSnapshot(): Promise<void> {
    await holding.run('BEGIN')
    await holding.run('SELECT 1 FROM ids LIMIT 1')
    ending = 'commit'
  }

  async function checkpoint(): Promise<void> {
    await checkpointing.run('CHECKPOINT webwatch')
  }

  async function release(): Promise<void> {
    await holding.run('ROLLBACK').catch(() => undefined)
    ending = 'none'
  }

  function giveUp(error: Error): Promise<void> {
    failed(error)
    return release()
  }

  return {
    async begin() {
      await barrier
      beganBehindSnapshot = ending === 'commit'
      return eventTables[turn % 2]!
    },
    committed(count) {
      rows += count
      if (ending === 'none' && rows >= rowsPerTurn) {
        turn++
        rows = 0
        ending = 'snapshot'
        work = holdSnapshot().catch(giveUp)
      } else if (ending === 'commit' && beganBehindSnapshot) {
        ending = 'checkpoint'
        work = checkpoint().then(release, giveUp)
      }
    },
    async vacuum() {
      await work
      if (ending === 'commit') await release()
      barrier = checkpoint().catch(failed)
      await barrier
    },
    idle: async () => {
      await work
      if (ending === 'commit') await release()
    },
  }
}
