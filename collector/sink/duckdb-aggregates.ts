import type { DuckDBConnection } from '@duckdb/node-api'
import { aggregateSql } from '@webwatch/metrics/aggregates.ts'
import type { Expiry, Whom } from './sink.ts'

const MINUTE_MS = 60_000

const columns = 'type VARCHAR, site VARCHAR, url VARCHAR, start BIGINT, field VARCHAR, value DOUBLE'

/** Makes the view `aggregates`: per minute, site and url, of events that are there, and of those that have gone. */
export async function createAggregates(connection: DuckDBConnection): Promise<void> {
  await connection.run(`CREATE TABLE IF NOT EXISTS aged_aggregates (${columns})`)
  await connection.run(`CREATE OR REPLACE VIEW aggregates AS ${aggregateSql(MINUTE_MS)}\nUNION ALL SELECT * FROM aged_aggregates`)
}

async function inTransaction(connection: DuckDBConnection, run: () => Promise<void>): Promise<void> {
  await connection.run('BEGIN')
  try {
    await run()
    await connection.run('COMMIT')
  } catch (error) {
    await connection.run('ROLLBACK')
    throw error
  }
}

/** Deletes events that are too old, and keeps their aggregates, which go later. */
export const expireIn = (connection: DuckDBConnection, { raw, aggregates }: Expiry): Promise<void> =>
  inTransaction(connection, async () => {
    if (raw !== undefined) {
      await connection.run(`INSERT INTO aged_aggregates ${aggregateSql(MINUTE_MS, raw)}`)
      await connection.run('DELETE FROM events WHERE time < $1', [BigInt(raw)])
    }
    if (aggregates !== undefined) await connection.run('DELETE FROM aged_aggregates WHERE start < $1', [BigInt(aggregates)])
  })

/** Deletes a site, with its aggregates, or a visitor. @returns how many events are gone */
export async function forgetIn(connection: DuckDBConnection, { site, visitor }: Whom): Promise<number> {
  const conditions: string[] = []
  const values: string[] = []
  if (site !== undefined) conditions.push(`site = $${values.push(site)}`)
  if (visitor !== undefined) conditions.push(`visitor = $${values.push(visitor)}`)
  let gone = 0
  await inTransaction(connection, async () => {
    gone = (await connection.run(`DELETE FROM events WHERE ${conditions.join(' AND ')}`, values)).rowsChanged
    if (site !== undefined && visitor === undefined) await connection.run('DELETE FROM aged_aggregates WHERE site = $1', [site])
  })
  return gone
}
