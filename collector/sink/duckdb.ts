import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance, type DuckDBPreparedStatement } from '@duckdb/node-api'
import type { TrackedEvent } from '@webwatch/events'
import { BusOverloaded, RequestError, SinkUnavailable } from '../errors.ts'
import { groupCommit } from '../group-commit.ts'
import { paceOf } from '../pace.ts'
import type { EventRecord } from '../record.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import type { EventsQuery, Sink, Stored } from './sink.ts'

/** Columns in order, each with its SQL type and the property of a record that it holds. */
const columns = [
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
] as const

const createTable = `CREATE TABLE IF NOT EXISTS events (${columns
  .map(([name, type]) => `${name} ${type}${name === 'id' ? ' PRIMARY KEY' : ' NOT NULL'}`)
  .join(', ')})`

const rowShape = JSON.stringify([Object.fromEntries(columns.map(([, type, property]) => [property, type]))])
const insertRows = `INSERT INTO events SELECT row.* FROM (SELECT unnest(from_json($1, '${rowShape}')) AS row) ON CONFLICT DO NOTHING`
const findKnown = 'SELECT id FROM events WHERE id IN (SELECT unnest($1::VARCHAR[]))'

const MAX_GROUP_RECORDS = 10_000
/** Most records in memory: what is more is refused, so that senders slow down. */
const MAX_PENDING_RECORDS = 50_000
/** Longest time that records should wait for their turn: what would wait longer is refused before its sender waits in vain. */
const MAX_WAIT_MS = 2_000
const none: ReadonlySet<string> = new Set()

/** For each job the ids that were there before it: in the table, or in a job ahead of it. */
function duplicatesByJob(jobs: readonly (readonly EventRecord[])[], known: Set<string>): ReadonlySet<string>[] {
  return jobs.map((records) => {
    const duplicates = new Set(records.map(({ id }) => id).filter((id) => known.has(id)))
    for (const { id } of records) known.add(id)
    return duplicates
  })
}

/** Stores groups, each in one transaction, which DuckDB has flushed to disk when it returns. Doubles are rare, so they are looked for only when there are some. */
function writer(connection: DuckDBConnection, insert: DuckDBPreparedStatement) {
  const insertAll = async (records: readonly EventRecord[]): Promise<number> => {
    insert.bindVarchar(1, JSON.stringify(records))
    return (await insert.run()).rowsChanged
  }
  const knownIds = async (records: readonly EventRecord[]): Promise<Set<string>> => {
    const found = await connection.runAndReadAll(findKnown, [`[${records.map(({ id }) => id).join(',')}]`])
    return new Set(found.getRows().map(([id]) => id as string))
  }
  const abandon = async (): Promise<void> => {
    await connection.run('ROLLBACK')
  }
  return async (jobs: readonly (readonly EventRecord[])[]): Promise<readonly ReadonlySet<string>[]> => {
    const records = jobs.length === 1 ? jobs[0]! : jobs.flat()
    await connection.run('BEGIN')
    const inserted = await insertAll(records).catch(async (error: Error) => {
      await abandon()
      throw error
    })
    if (inserted === records.length) {
      await connection.run('COMMIT')
      return jobs.map(() => none)
    }
    await abandon()
    const duplicates = duplicatesByJob(jobs, await knownIds(records))
    await insertAll(records)
    return duplicates
  }
}

const eventColumns = ['id', 'type', 'time', 'seq', 'site', 'url', 'page', 'session', 'visitor', 'data'] as const

function toEvent(row: unknown[]): TrackedEvent {
  const event = Object.fromEntries(eventColumns.map((name, index) => [name, row[index]]))
  return { ...event, time: Number(event.time), data: JSON.parse(event.data as string) } as TrackedEvent
}

function eventsStatement({ site, type, from, to, limit, cursor }: EventsQuery): { sql: string; values: (string | number | bigint)[] } {
  const values: (string | number | bigint)[] = []
  const value = (given: string | number | bigint) => `$${values.push(given)}`
  const conditions = [`time >= ${value(BigInt(from))}`, `time < ${value(BigInt(to))}`]
  if (site !== undefined) conditions.push(`site = ${value(site)}`)
  if (type !== undefined) conditions.push(`type = ${value(type)}`)
  if (cursor !== undefined) {
    const after = decodeCursor(cursor)
    conditions.push(`(time, id) < (${value(after.time)}, ${value(after.id)})`)
  }
  const sql = `SELECT ${eventColumns.join(', ')} FROM events WHERE ${conditions.join(' AND ')} ORDER BY time DESC, id DESC LIMIT ${limit + 1}`
  return { sql, values }
}

const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value)

/** Opens the embedded store in a directory of its own, and makes it when there is none. */
export async function duckDbSink(dataDir: string): Promise<Sink> {
  await mkdir(dataDir, { recursive: true })
  // Small inserts on several threads cost more than they gain.
  const instance = await DuckDBInstance.create(join(dataDir, 'webwatch.duckdb'), { threads: '1' })
  const writing = await instance.connect()
  const reading = await instance.connect()
  await writing.run(createTable)
  const insert = await writing.prepare(insertRows)
  const store = writer(writing, insert)
  const pace = paceOf({ maxWaitMs: MAX_WAIT_MS, least: MAX_GROUP_RECORDS, most: MAX_PENDING_RECORDS })
  const group = groupCommit<readonly EventRecord[], Stored>({
    maxWeight: MAX_GROUP_RECORDS,
    concurrency: 1,
    weigh: (records) => records.length,
    async commit(jobs) {
      const started = performance.now()
      const duplicates = await store(jobs).catch((error: Error) => {
        throw new SinkUnavailable(`DuckDB cannot store: ${error.message}`)
      })
      pace.worked(
        jobs.reduce((sum, { length }) => sum + length, 0),
        performance.now() - started,
      )
      return duplicates.map((ids) => ({ refused: [], duplicates: ids }))
    },
  })
  return {
    store: 'duckdb',
    async write(records) {
      if (group.pending() > pace.allowance()) throw new BusOverloaded('Events arrive faster than the disk takes them')
      return group.run(records)
    },
    async events(query) {
      const { sql, values } = eventsStatement(query)
      const rows = (await reading.runAndReadAll(sql, values)).getRowsJson()
      const events = rows.slice(0, query.limit).map(toEvent)
      const last = events.at(-1)
      return { events, cursor: rows.length > query.limit && last ? encodeCursor(BigInt(last.time), last.id) : null }
    },
    async rows(query) {
      try {
        const result = await reading.runAndReadAll(query)
        return result.getRowObjectsJS().map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])))
      } catch (error) {
        throw new RequestError('invalid_query', `The store cannot answer this query: ${(error as Error).message}`)
      }
    },
    health: () =>
      reading.run('SELECT 1').then(
        () => ({ ok: true }),
        (error: Error) => ({ ok: false, reason: `DuckDB: ${error.message}` }),
      ),
    async close() {
      await group.idle()
      insert.destroySync()
      writing.closeSync()
      reading.closeSync()
      instance.closeSync()
    },
  }
}
