import type { DuckDBConnection } from '@duckdb/node-api'

/** Columns in order, each with its SQL type and the property of a record that it holds. */
export const columns = [
  ['id', 'VARCHAR', 'id'],
  ['type', 'VARCHAR', 'type'],
  ['time', 'BIGINT', 'time'],
  ['seq', 'INTEGER', 'seq'],
  ['site', 'VARCHAR', 'site'],
  ['url', 'VARCHAR', 'url'],
  ['page', 'VARCHAR', 'page'],
  ['session', 'VARCHAR', 'session'],
  ['visitor', 'VARCHAR', 'visitor'],
  ['route', 'VARCHAR', 'route'],
  ['device', 'VARCHAR', 'device'],
  ['browser', 'VARCHAR', 'browser'],
  ['os', 'VARCHAR', 'os'],
  ['country', 'VARCHAR', 'country'],
  ['source', 'VARCHAR', 'source'],
  ['received_at', 'BIGINT', 'receivedAt'],
  ['context', 'JSON', 'context'],
  ['data', 'JSON', 'data'],
  // The last, since files from before it get it there.
  ['clock_skew', 'BIGINT', 'skew'],
] as const

/** Where events lie: while a checkpoint writes one of them, the other takes what comes. Both together are the view `events`. */
export const eventTables = ['events_even', 'events_odd'] as const
export type EventTable = (typeof eventTables)[number]

const columnList = columns.map(([name, type]) => `${name} ${type}${name === 'clock_skew' ? '' : ' NOT NULL'}`).join(', ')

/** Runs statements in one transaction: all of them, or none. */
export async function inTransaction<Result>(connection: DuckDBConnection, run: () => Promise<Result>): Promise<Result> {
  await connection.run('BEGIN')
  try {
    const result = await run()
    await connection.run('COMMIT')
    return result
  } catch (error) {
    // A failed COMMIT has ended the transaction already.
    await connection.run('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/** Whether the file is from before there were two tables. */
async function hasOneTable(connection: DuckDBConnection): Promise<boolean> {
  const found = await connection.runAndReadAll(
    "SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() AND table_name = 'events'",
  )
  return found.currentRowCount > 0
}

/**
 * Makes the tables of events and the view over them, when they are not there, and moves the events of a file with one table into them. The
 * table `ids` has the id of every event: what it refuses is a double, in whichever table the first one lies.
 */
export const createTables = (connection: DuckDBConnection): Promise<void> =>
  inTransaction(connection, async () => {
    const toMove = await hasOneTable(connection)
    await connection.run('CREATE TABLE IF NOT EXISTS ids (id UUID PRIMARY KEY)')
    for (const table of eventTables) {
      await connection.run(`CREATE TABLE IF NOT EXISTS ${table} (${columnList})`)
      await connection.run(`ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS clock_skew BIGINT`)
    }
    if (toMove) {
      await connection.run('INSERT INTO ids SELECT id FROM events')
      await connection.run(`INSERT INTO ${eventTables[0]} BY NAME SELECT * FROM events`)
      await connection.run('DROP VIEW IF EXISTS aggregates')
      await connection.run('DROP TABLE events')
    }
    await connection.run(`CREATE OR REPLACE VIEW events AS ${eventTables.map((table) => `SELECT * FROM ${table}`).join(' UNION ALL ')}`)
  })
