import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  BIGINT,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBResultReader,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api'
import type { TrackedEvent } from '@webwatch/events'
import type { BatchContext } from '@webwatch/events/envelope.ts'
import { type Logger, pino } from 'pino'
import { BusOverloaded, SinkUnavailable } from '../errors.ts'
import { firstOfEach } from '../first-of-each.ts'
import { groupCommit } from '../group-commit.ts'
import { paceOf } from '../pace.ts'
import type { EventRecord } from '../record.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { createAggregates, expireIn, forgetIn } from './duckdb-aggregates.ts'
import { deletions, interruptUntil } from './duckdb-deletions.ts'
import { isBroken, isRefusedCheckpoint, readFailure } from './duckdb-failure.ts'
import { boundedReads } from './duckdb-reads.ts'
import { columns, createTables, inTransaction } from './duckdb-tables.ts'
import { type Turns, takeTurns } from './duckdb-turns.ts'
import type { ReadLimits } from './read-turns.ts'
import type { EventsQuery, Sink, Stored } from './sink.ts'
import { steadySink } from './steady-sink.ts'

const findKnown = 'SELECT id::VARCHAR FROM ids WHERE id IN (SELECT unnest($1::UUID[]))'

const idsParameter = (ids: readonly string[]): DuckDBValue[] => [`[${ids.join(',')}]`]
const idsIn = (found: DuckDBResultReader): Set<string> => new Set(found.getRows().map(([id]) => id as string))

/** Of events of the usual size these are about 10,000. */
const MAX_GROUP_BYTES = 8 * 1024 * 1024
/** How long a commit, which waits for the disk, waits for more records to share it. */
const LINGER_MS = 5
/** Most bytes of records in memory: what is more is refused, so that senders slow down. */
const MAX_PENDING_BYTES = 32 * 1024 * 1024
/** What a record takes besides its addresses and its data: ids, tags, numbers and the context of its batch. */
const RECORD_OVERHEAD_BYTES = 600
const NUMBER_BYTES = 8
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

/** Records of one batch on their way. */
interface Job {
  records: readonly EventRecord[]
  bytes: number
}

type Columns = readonly (typeof columns)[number][]
const idColumn: Columns = columns.slice(0, 1)
const appendType = ([, type]: Columns[number]): DuckDBType => (type === 'BIGINT' ? BIGINT : type === 'INTEGER' ? INTEGER : VARCHAR)
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
  if (property === 'skew') return records.map(({ skew }) => (skew === undefined ? null : BigInt(skew)))
  return records.map((record) => (type === 'BIGINT' ? BigInt(record[property]) : record[property]))
}

/** Hands over rows column by column, which costs half of what an INSERT does. */
async function append(connection: DuckDBConnection, table: string, records: readonly EventRecord[], its: Columns): Promise<void> {
  const appender = await connection.createAppender(table)
  try {
    for (let start = 0; start < records.length; start += MAX_CHUNK_ROWS) {
      const rows = records.slice(start, start + MAX_CHUNK_ROWS)
      const chunk = DuckDBDataChunk.create(its.map(appendType), rows.length)
      its.forEach((column, index) => {
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

/** Bytes that a value of an event's data takes, about. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return NUMBER_BYTES
  let bytes = 0
  for (const [name, part] of Object.entries(value)) bytes += name.length + bytesOf(part)
  return bytes
}

/** Bytes that records take, about. */
const bytesOfAll = (records: readonly EventRecord[]): number =>
  records.reduce((sum, { url, route, data }) => sum + RECORD_OVERHEAD_BYTES + url.length + route.length + bytesOf(data), 0)

/**
 * Stores groups, each in one transaction, which DuckDB has flushed to disk when it returns. The table of ids refuses what is there already. That is
 * rare, so only then the ids are looked up one by one.
 */
function writer(connection: DuckDBConnection, turns: Turns) {
  /** @throws when an id is there already, and nothing is stored then */
  async function store(records: readonly EventRecord[]): Promise<void> {
    const table = await turns.begin()
    await inTransaction(connection, async () => {
      await append(connection, 'ids', records, idColumn)
      await append(connection, table, records, columns)
    })
    turns.committed(records.length)
  }

  return async (jobs: readonly (readonly EventRecord[])[]): Promise<readonly ReadonlySet<string>[]> => {
    const records = jobs.length === 1 ? jobs[0]! : jobs.flat()
    try {
      await store(records)
      return jobs.map(() => none)
    } catch {
      const known = idsIn(await connection.runAndReadAll(findKnown, idsParameter(records.map(({ id }) => id))))
      const fresh = firstOfEach(records, ({ id }) => id, known)
      if (fresh.length > 0) await store(fresh)
      return duplicatesByJob(jobs, known)
    }
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

/**
 * Rows that a table takes in its turn, and that go from the log into the file together. A checkpoint walks through all groups of rows, however old, and writes
 * the last one of a table anew: so groups are large enough to be few, and a turn is some of them.
 */
const TURN_ROWS = 61_440
const ROW_GROUP_ROWS = 30_720
/** DuckDB's own checkpoints, which keep writers waiting, are for a log that has grown though ours failed. */
const CHECKPOINT_AT = '256MB'

/** Queries that run at once. The process has four threads for such work, of which writing takes one and a checkpoint another. */
const QUERIES_AT_ONCE = 2

/** A database file that is open. */
interface Database {
  connect(): Promise<DuckDBConnection>
  /** Closes all connections, and the file. */
  close(): void
}

/** Opens the database file, and makes it when there is none. */
async function openDatabase(dataDir: string, memoryBytes: number | undefined): Promise<Database> {
  const temp_directory = join(dataDir, 'webwatch.duckdb.tmp')
  // Small inserts on several threads cost more than they gain.
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    checkpoint_threshold: CHECKPOINT_AT,
    // What a query needs beyond it lies on disk meanwhile.
    ...(memoryBytes !== undefined && { memory_limit: `${memoryBytes}B` }),
    temp_directory,
  })
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
  const connections: DuckDBConnection[] = []
  return {
    async connect() {
      const connection = await instance.connect()
      connections.push(connection)
      await connection.run('USE webwatch')
      return connection
    },
    close() {
      for (const connection of connections) connection.closeSync()
      instance.closeSync()
    },
  }
}

export interface DuckDbOptions {
  turnRows?: number
  /** Most bytes of memory that DuckDB takes; unless told otherwise four fifths of the machine's, which is its own rule. */
  memoryBytes?: number
  queries?: ReadLimits
  log?: Logger
}

/** What is told of failures that are DuckDB's. @param broke is told when nothing more can be done with the file */
function failuresOf(log: Logger, broke: (error: Error) => void) {
  const notice = (error: Error): void => {
    if (isBroken(error)) broke(error)
  }
  return {
    notice,
    checkpoint(error: Error): void {
      // It is refused while a deletion is under way.
      log[isRefusedCheckpoint(error) ? 'debug' : 'warn']({ reason: error.message }, 'DuckDB cannot bring its log into its file now')
      notice(error)
    },
    read(error: Error): never {
      notice(error)
      throw readFailure(error, log)
    },
    cannot: (what: string) => (error: Error) => {
      notice(error)
      throw error instanceof SinkUnavailable ? error : new SinkUnavailable(`DuckDB cannot ${what}: ${error.message}`)
    },
  }
}

/** Stores records in groups. */
function groupsOf(store: ReturnType<typeof writer>, failed: (error: Error) => never) {
  const pace = paceOf({ maxWaitMs: MAX_WAIT_MS, least: MAX_GROUP_BYTES, most: MAX_PENDING_BYTES })
  const group = groupCommit<Job, Stored>({
    maxWeight: MAX_GROUP_BYTES,
    concurrency: 1,
    lingerMs: LINGER_MS,
    weigh: ({ bytes }) => bytes,
    async commit(jobs) {
      const started = performance.now()
      const duplicates = await store(jobs.map(({ records }) => records)).catch(failed)
      pace.worked(
        jobs.reduce((sum, { bytes }) => sum + bytes, 0),
        performance.now() - started,
      )
      return duplicates.map((ids) => ({ refused: [], duplicates: ids }))
    },
  })
  return {
    async write(records: readonly EventRecord[]): Promise<Stored> {
      if (group.pending() > pace.allowance()) throw new BusOverloaded('Events arrive faster than the disk takes them')
      return group.run({ records, bytes: bytesOfAll(records) })
    },
    idle: group.idle,
  }
}

/** The store in a database that is open. */
async function storeIn(
  database: Database,
  { turnRows = TURN_ROWS, queries }: DuckDbOptions,
  failed: ReturnType<typeof failuresOf>,
): Promise<Sink> {
  const writing = await database.connect()
  const asking = await database.connect()
  const reading = await Promise.all(Array.from({ length: QUERIES_AT_ONCE }, database.connect))
  const reads = boundedReads(reading, queries)
  const tidying = await database.connect()
  const [holding, checkpointing] = [await database.connect(), await database.connect()]
  await createTables(writing)
  await createAggregates(writing)
  const turns = takeTurns(holding, checkpointing, turnRows, failed.checkpoint)
  const tidy = deletions(turns)
  const groups = groupsOf(writer(writing, turns), failed.cannot('store'))
  return {
    store: 'duckdb',
    write: groups.write,
    async known(ids) {
      return idsIn(await reads.run(findKnown, idsParameter(ids)).catch(failed.read))
    },
    async events(query, signal) {
      const { sql, values } = eventsStatement(query)
      const rows = (await reads.run(sql, values, signal).catch(failed.read)).getRowsJson()
      const events = rows.slice(0, query.limit).map(toEvent)
      const last = events.at(-1)
      return { events, cursor: rows.length > query.limit && last ? encodeCursor(BigInt(last.time), last.id) : null }
    },
    async rows(query, signal) {
      const result = await reads.run(query, undefined, signal).catch(failed.read)
      return result.getRowObjectsJS().map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])))
    },
    forget: (whom) => tidy.run(() => forgetIn(tidying, whom)).catch(failed.cannot('delete')),
    expire: (before) => tidy.run(() => expireIn(tidying, before)).catch(failed.cannot('delete')),
    health: () =>
      // Of a table: as long as it need not look into the file, DuckDB says that all is well.
      asking.run('SELECT 1 FROM ids LIMIT 1').then(
        () => ({ ok: true }),
        (error: Error) => {
          failed.notice(error)
          return { ok: false, reason: `DuckDB: ${error.message}` }
        },
      ),
    async close() {
      await groups.idle()
      // Nobody waits for what is read now. A deletion is undone: whoever wants it asks again.
      await interruptUntil(Promise.all([tidy.close(), reads.idle()]), [tidying, ...reading])
      await turns.idle()
      database.close()
    },
  }
}

/** Opens the embedded store in a directory of its own, and makes it when there is none. When it breaks, it is opened anew. */
export async function duckDbSink(dataDir: string, options: DuckDbOptions = {}): Promise<Sink> {
  const { log = pino({ level: 'silent' }) } = options
  await mkdir(dataDir, { recursive: true })
  return steadySink(async (broke) => {
    const database = await openDatabase(dataDir, options.memoryBytes)
    try {
      return await storeIn(database, options, failuresOf(log, broke))
    } catch (error) {
      database.close()
      throw error
    }
  }, log)
}
