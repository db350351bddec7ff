import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  BIGINT,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBPreparedStatement,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api'
import type { TrackedEvent } from '@webwatch/events'
import type { BatchContext } from '@webwatch/events/envelope.ts'
import { BusOverloaded, RequestError, SinkUnavailable } from '../errors.ts'
import { groupCommit } from '../group-commit.ts'
import { paceOf } from '../pace.ts'
import type { EventRecord } from '../record.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { createAggregates, expireIn, forgetIn } from './duckdb-aggregates.ts'
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
/** How long a commit, which waits for the disk, waits for more records to share it. */
const LINGER_MS = 5
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

const appendTypes: DuckDBType[] = columns.map(([, type]) => (type === 'BIGINT' ? BIGINT : type === 'INTEGER' ? INTEGER : VARCHAR))
const MAX_CHUNK_ROWS = 2_048
const contextTexts = new WeakMap<BatchContext, string>()

/** The JSON of a context, which all events of a batch share. */
function contextText(context: BatchContext): string {
  let text = contextTexts.get(context)
  if (text === undefined) {
    text = JSON.stringify(context)
    contextTexts.set(context, text)
  }
  return text
}

/** The values of one column, as its vector takes them. */
function columnOf(records: readonly EventRecord[], [, type, property]: (typeof columns)[number]): DuckDBValue[] {
  if (property === 'context') return records.map(({ context }) => contextText(context))
  if (property === 'data') return records.map(({ data }) => JSON.stringify(data))
  return records.map((record) => (type === 'BIGINT' ? BigInt(record[property]) : record[property]))
}

/** Hands over rows column by column, which costs half of what an INSERT does. @throws when an id is there already */
async function append(connection: DuckDBConnection, records: readonly EventRecord[]): Promise<void> {
  const appender = await connection.createAppender('events')
  try {
    for (let start = 0; start < records.length; start += MAX_CHUNK_ROWS) {
      const rows = records.slice(start, start + MAX_CHUNK_ROWS)
      const chunk = DuckDBDataChunk.create(appendTypes, rows.length)
      columns.forEach((column, index) => {
        chunk.setColumnValues(index, columnOf(rows, column))
      })
      appender.appendDataChunk(chunk)
    }
    appender.flushSync()
  } catch (error) {
    appender.clear()
    throw error
  } finally {
    appender.closeSync()
  }
}

/**
 * Stores groups, each in one transaction, which DuckDB has flushed to disk when it returns. The primary key refuses what is there already. That is
 * rare, so only then the ids are looked up one by one.
 */
function writer(connection: DuckDBConnection, insert: DuckDBPreparedStatement) {
  const knownIds = async (records: readonly EventRecord[]): Promise<Set<string>> => {
    const found = await connection.runAndReadAll(findKnown, [`[${records.map(({ id }) => id).join(',')}]`])
    return new Set(found.getRows().map(([id]) => id as string))
  }

  /** Whether all records were new, and are stored now. */
  async function storeNew(records: readonly EventRecord[]): Promise<boolean> {
    await connection.run('BEGIN')
    try {
      await append(connection, records)
    } catch {
      await connection.run('ROLLBACK')
      return false
    }
    await connection.run('COMMIT')
    return true
  }

  return async (jobs: readonly (readonly EventRecord[])[]): Promise<readonly ReadonlySet<string>[]> => {
    const records = jobs.length === 1 ? jobs[0]! : jobs.flat()
    if (await storeNew(records)) return jobs.map(() => none)
    const duplicates = duplicatesByJob(jobs, await knownIds(records))
    insert.bindVarchar(1, JSON.stringify(records))
    await insert.run()
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

/** Says of a deletion that failed that it may be tried again. */
const tidy = <Result>(deletion: Promise<Result>): Promise<Result> =>
  deletion.catch((error: Error) => {
    throw new SinkUnavailable(`DuckDB cannot delete: ${error.message}`)
  })

const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value)

/**
 * A checkpoint moves the log into the file and writes the last row group anew, and all writers wait for it: so often, and with groups so small,
 * it takes less than 0.1 s, where DuckDB's defaults (16 MB and 122,880 rows) made it 0.3 s.
 */
const CHECKPOINT_AT = '4MB'
const ROW_GROUP_ROWS = 8_192

/** Opens the database file, and makes it when there is none. @returns gives connections to it */
async function openDatabase(dataDir: string): Promise<{ connect(): Promise<DuckDBConnection>; close(): void }> {
  const temp_directory = join(dataDir, 'webwatch.duckdb.tmp')
  // Small inserts on several threads cost more than they gain.
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', checkpoint_threshold: CHECKPOINT_AT, temp_directory })
  const first = await instance.connect()
  const file = join(dataDir, 'webwatch.duckdb').replaceAll("'", "''")
  try {
    await first.run(`ATTACH '${file}' AS webwatch (ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`)
  } catch (error) {
    instance.closeSync()
    throw error
  } finally {
    first.closeSync()
  }
  return {
    async connect() {
      const connection = await instance.connect()
      await connection.run('USE webwatch')
      return connection
    },
    close: () => instance.closeSync(),
  }
}

/** Opens the embedded store in a directory of its own, and makes it when there is none. */
export async function duckDbSink(dataDir: string): Promise<Sink> {
  await mkdir(dataDir, { recursive: true })
  const database = await openDatabase(dataDir)
  const writing = await database.connect()
  const reading = await database.connect()
  const tidying = await database.connect()
  await writing.run(createTable)
  await createAggregates(writing)
  const insert = await writing.prepare(insertRows)
  const store = writer(writing, insert)
  const pace = paceOf({ maxWaitMs: MAX_WAIT_MS, least: MAX_GROUP_RECORDS, most: MAX_PENDING_RECORDS })
  const group = groupCommit<readonly EventRecord[], Stored>({
    maxWeight: MAX_GROUP_RECORDS,
    concurrency: 1,
    lingerMs: LINGER_MS,
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
    forget: (whom) => tidy(forgetIn(tidying, whom)),
    expire: (before) => tidy(expireIn(tidying, before)),
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
      tidying.closeSync()
      database.close()
    },
  }
}
