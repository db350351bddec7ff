import type { DuckDBConnection } from '@duckdb/node-api'
import { type Aggregates, hours, minutes } from '@webwatch/metrics/aggregates.ts'
import { HOURS_TABLE } from '@webwatch/metrics/sql/source.ts'
import { aggregatesSql } from '@webwatch/metrics/sql/sql.ts'
import { eventTables, inTransaction } from './duckdb-tables.ts'
import type { Expiry, Whom } from './sink.ts'

/** Tables that keep aggregates of events that have gone, with the columns of `aggregatesSql`. */
const aged: readonly (readonly [table: string, aggregates: Aggregates])[] = [
  ['aged_aggregates', minutes],
  [HOURS_TABLE, hours],
]

const columnsOf = ({ tags }: Aggregates): string =>
  ['type', ...tags, 'start', 'field', 'value']
    .map((name) => `${name} ${name === 'start' ? 'BIGINT' : name === 'value' ? 'DOUBLE' : 'VARCHAR'}`)
    .join(', ')

/** Makes the view `aggregates`: per minute, site and url, of events that are there, and of those that have gone. */
export async function createAggregates(connection: DuckDBConnection): Promise<void> {
  for (const [table, aggregates] of aged) await connection.run(`CREATE TABLE IF NOT EXISTS ${table} (${columnsOf(aggregates)})`)
  await connection.run(`CREATE OR REPLACE VIEW aggregates AS ${aggregatesSql(minutes)}\nUNION ALL SELECT * FROM aged_aggregates`)
}

/** Deletes events, with their ids, in a transaction that the caller has begun. @returns how many are gone */
async function deleteEvents(connection: DuckDBConnection, condition: string, values: (string | bigint)[]): Promise<number> {
  await connection.run(`DELETE FROM ids WHERE id IN (SELECT id::UUID FROM events WHERE ${condition})`, values)
  let gone = 0
  for (const table of eventTables) gone += (await connection.run(`DELETE FROM ${table} WHERE ${condition}`, values)).rowsChanged
  return gone
}

/** Deletes events that are too old, and keeps their aggregates, which go later. */
export const expireIn = (connection: DuckDBConnection, { raw, aggregates }: Expiry): Promise<void> =>
  inTransaction(connection, async () => {
    if (raw !== undefined) {
      for (const [table, kept] of aged) await connection.run(`INSERT INTO ${table} ${aggregatesSql(kept, raw)}`)
      await deleteEvents(connection, 'time < $1', [BigInt(raw)])
    }
    if (aggregates !== undefined)
      for (const [table] of aged) await connection.run(`DELETE FROM ${table} WHERE start < $1`, [BigInt(aggregates)])
  })

/** Deletes a site, with its aggregates, or a visitor. @returns how many events are gone */
export function forgetIn(connection: DuckDBConnection, { site, visitor }: Whom): Promise<number> {
  const conditions: string[] = []
  const values: string[] = []
  if (site !== undefined) conditions.push(`site = $${values.push(site)}`)
  if (visitor !== undefined) conditions.push(`visitor = $${values.push(visitor)}`)
  return inTransaction(connection, async () => {
    const gone = await deleteEvents(connection, conditions.join(' AND '), values)
    if (site !== undefined && visitor === undefined)
      for (const [table] of aged) await connection.run(`DELETE FROM ${table} WHERE site = $1`, [site])
    return gone
  })
}
