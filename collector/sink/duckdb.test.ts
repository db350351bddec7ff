import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BusOverloaded, SinkUnavailable } from '../errors.ts'
import type { EventRecord } from '../record.ts'
import { storedRecord } from '../testing/stored-record.ts'
import { duckDbSink } from './duckdb.ts'
import type { Sink } from './sink.ts'

const some = (count: number): EventRecord[] => Array.from({ length: count }, (_, seq) => storedRecord({ seq }))
/** About 1 MiB, as in a batch of the largest size. */
const large = (): EventRecord[] =>
  Array.from({ length: 16 }, (_, seq) => storedRecord({ seq, data: { ...storedRecord({}).data, target: 'x'.repeat(64_000) } }))
const SLOW_QUERY = 'SELECT count(*) AS n FROM range(20000000) t(i) WHERE hash(i) % 7 = 0'
const idsOf = (records: readonly EventRecord[]) => records.map(({ id }) => id).toSorted()

let directory: string
let sink: Sink
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'webwatch-duckdb-'))
  sink = await duckDbSink(directory)
})
afterEach(async () => {
  await sink.close()
  await rm(directory, { recursive: true, force: true })
})

/** Opens the store anew, with so few rows a turn that checkpoints follow one another. */
async function reopen(turnRows: number): Promise<void> {
  await sink.close()
  sink = await duckDbSink(directory, { turnRows })
}

/** Has a process store events, and kills it after so many writes. @returns the ids that it said were stored */
async function storeUntilKilled(turnRows: number, writes: number): Promise<string[]> {
  const program = fileURLToPath(new URL('../testing/duckdb-writer.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program, directory, String(turnRows)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const ids: string[] = []
  let seen = 0
  for await (const line of createInterface({ input: child.stdout! })) {
    ids.push(...line.split(' '))
    if (++seen === writes) child.kill('SIGKILL')
  }
  await ended
  return ids
}

/** Puts so many events into the file, past the store. */
async function fill(rows: number): Promise<void> {
  const instance = await DuckDBInstance.create(join(directory, 'webwatch.duckdb'))
  const connection = await instance.connect()
  const { id: _id, receivedAt, context, data, skew: _skew, ...texts } = storedRecord({})
  const values = { ...texts, received_at: receivedAt, context: JSON.stringify(context), data: JSON.stringify(data) }
  const columns = Object.entries(values).map(([name, value]) => `${typeof value === 'number' ? value : `'${value}'`} AS ${name}`)
  await connection.run(`CREATE TABLE new AS SELECT uuid()::VARCHAR AS id, ${columns.join(', ')} FROM range(${rows})`)
  await connection.run('INSERT INTO ids SELECT id FROM new')
  await connection.run('INSERT INTO events_even BY NAME SELECT * FROM new')
  await connection.run('DROP TABLE new')
  connection.closeSync()
  instance.closeSync()
}

const stored = async () => (await sink.rows('SELECT id FROM events ORDER BY id')).map(({ id }) => id)

describe('the embedded store', () => {
  it('keeps each event once: from another write, from the same write, and from writes that share a commit', async () => {
    const [first, second, third] = [some(5), some(5), some(5)]
    expect((await sink.write(first)).duplicates.size).toBe(0)
    const again = await Promise.all([
      sink.write([...first.slice(0, 2), ...second]),
      sink.write([...second.slice(3), third[0]!]),
      sink.write([...third, third[1]!]),
    ])
    expect(again.map(({ duplicates }) => [...duplicates].toSorted())).toEqual([
      idsOf(first.slice(0, 2)),
      idsOf(second.slice(3)),
      idsOf(third.slice(0, 1)),
    ])
    expect(await stored()).toEqual(idsOf([...first, ...second, ...third]))
  })

  it('goes on after it has met a double, and still knows it after a restart', async () => {
    const [first, second] = [some(3), some(3)]
    await sink.write(first)
    await sink.write(first)
    await sink.write(second)
    await sink.close()
    sink = await duckDbSink(directory)
    expect((await sink.write([first[0]!, second[0]!])).duplicates.size).toBe(2)
    expect(await stored()).toEqual(idsOf([...first, ...second]))
  })

  it('takes groups that are larger than a chunk, and gives each value back', async () => {
    const records = some(4_500).map((record) => ({ ...record, skew: -3_600_000 }))
    await sink.write(records)
    expect(await stored()).toEqual(idsOf(records))
    const [row] = await sink.rows(`SELECT * FROM events WHERE id = '${records[4_400]!.id}'`)
    const { receivedAt, context, data, skew, ...rest } = records[4_400]!
    const texts = { context: JSON.stringify(context), data: JSON.stringify(data) }
    expect(row).toEqual({ ...rest, ...texts, received_at: receivedAt, clock_skew: skew })
  })

  it('knows doubles from before, during and after a checkpoint, in whichever table they lie', async () => {
    await reopen(30)
    const records = some(1_200)
    const batches = Array.from({ length: 120 }, (_, index) => records.slice(index * 10, index * 10 + 10))
    for (const [index, batch] of batches.entries()) {
      await sink.write(batch)
      const earlier = batches[Math.floor(index / 2)]!
      expect((await sink.write(earlier)).duplicates.size).toBe(10)
    }
    await reopen(30)
    for (let start = 0; start < records.length; start += 400) {
      expect((await sink.write(records.slice(start, start + 400))).duplicates.size).toBe(400)
    }
    expect(await stored()).toEqual(idsOf(records))
    const tables = await sink.rows('SELECT count(*) AS even, (SELECT count(*) FROM events_odd) AS odd FROM events_even')
    expect(Math.min(...Object.values(tables[0] as Record<string, number>))).toBeGreaterThan(0)
  })

  it('has everything once that it acknowledged before it was killed, checkpoints under way or not', async () => {
    await sink.close()
    const acknowledged: string[] = []
    for (const writes of [23, 60, 111]) {
      acknowledged.push(...(await storeUntilKilled(200, writes)))
      sink = await duckDbSink(directory, { turnRows: 200 })
      const again = acknowledged.map((id) => storedRecord({ id }))
      expect((await sink.write(again)).duplicates.size).toBe(again.length)
      const [row] = await sink.rows('SELECT count(*) AS rows, count(DISTINCT id) AS ids FROM events')
      expect(row!.rows).toBe(row!.ids)
      await sink.close()
    }
    sink = await duckDbSink(directory)
  })

  it('deletes while it stores, and takes again what was deleted', async () => {
    await reopen(30)
    const leaving = Array.from({ length: 90 }, (_, seq) => storedRecord({ seq, visitor: 'leaving' }))
    const old = Array.from({ length: 90 }, (_, seq) => storedRecord({ seq, time: 1_000 }))
    const staying = some(200)
    for (let start = 0; start < 90; start += 30) {
      await sink.write([...leaving.slice(start, start + 30), ...old.slice(start, start + 30)])
    }
    const [gone] = await Promise.all([
      sink.forget({ visitor: 'leaving' }),
      sink.expire({ raw: 2_000 }),
      ...Array.from({ length: 20 }, (_, index) => sink.write(staying.slice(index * 10, index * 10 + 10))),
    ])
    expect(gone).toBe(90)
    expect(await stored()).toEqual(idsOf(staying))
    expect((await sink.write(leaving)).duplicates.size).toBe(0)
    expect((await sink.write(staying)).duplicates.size).toBe(200)
  })

  it('opens a file from before there were two tables, and knows its events', async () => {
    const old = some(40)
    await sink.write(old)
    await sink.close()
    const instance = await DuckDBInstance.create(join(directory, 'webwatch.duckdb'))
    const connection = await instance.connect()
    await connection.run('CREATE TABLE kept AS SELECT * EXCLUDE (clock_skew) FROM events')
    await connection.run('DROP VIEW events')
    for (const table of ['events_even', 'events_odd', 'ids']) await connection.run(`DROP TABLE ${table}`)
    await connection.run('CREATE TABLE events AS SELECT * FROM kept')
    await connection.run('DROP TABLE kept')
    await connection.run('CREATE UNIQUE INDEX of_ids ON events (id)')
    connection.closeSync()
    instance.closeSync()
    sink = await duckDbSink(directory)
    expect((await sink.write(old)).duplicates.size).toBe(40)
    await sink.write(some(1))
    await reopen(30)
    expect((await stored()).length).toBe(41)
  })
  it('opens a file from before corrections of clocks were kept', async () => {
    const [old, corrected] = [some(40), some(1).map((record) => ({ ...record, skew: 70_000 }))]
    await sink.write(old)
    await sink.close()
    const instance = await DuckDBInstance.create(join(directory, 'webwatch.duckdb'))
    const connection = await instance.connect()
    for (const table of ['events_even', 'events_odd']) await connection.run(`ALTER TABLE ${table} DROP COLUMN clock_skew`)
    connection.closeSync()
    instance.closeSync()
    sink = await duckDbSink(directory)
    await sink.write(corrected)
    expect(await stored()).toEqual(idsOf([...old, ...corrected]))
    expect(await sink.rows('SELECT id, clock_skew FROM events WHERE clock_skew IS NOT NULL')).toEqual([
      { id: corrected[0]!.id, clock_skew: 70_000 },
    ])
  })
})

describe('the embedded store under load', () => {
  it('refuses what is more than memory should hold, counted in bytes, and stores the rest', async () => {
    const batches = Array.from({ length: 100 }, large)
    const results = await Promise.allSettled(batches.map((records) => sink.write(records)))
    const taken = batches.filter((_, index) => results[index]!.status === 'fulfilled')
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(BusOverloaded)
    // 32 MiB, and the one batch that goes over it.
    expect(taken.length).toBeLessThanOrEqual(33)
    expect(taken.length).toBeGreaterThan(20)
    expect(await stored()).toEqual(idsOf(taken.flat()))
    expect((await sink.write(batches.at(-1)!)).refused).toEqual([])
  })

  it('answers a few queries at a time, has some wait and refuses the others, and stores events meanwhile', async () => {
    await sink.close()
    sink = await duckDbSink(directory, { queries: { waiting: 3 } })
    const alone = performance.now()
    await sink.rows(SLOW_QUERY)
    const ms = performance.now() - alone
    const asked = Promise.allSettled(Array.from({ length: 12 }, () => sink.rows(SLOW_QUERY)))
    const began = performance.now()
    await sink.write(some(10))
    const wrote = performance.now() - began
    const answers = await asked
    const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
    expect(refusals).toHaveLength(7)
    for (const reason of refusals) expect(reason).toMatchObject({ code: 'too_many_queries', status: 429, retryAfter: 3 })
    // Five of them, two at once, take at least two and a half times as long as one.
    expect(wrote).toBeLessThan(Math.max(2 * ms, 1_000))
    expect(await sink.rows('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('lets no query wait for long', async () => {
    await sink.close()
    sink = await duckDbSink(directory, { queries: { waitMs: 50 } })
    const answers = await Promise.allSettled(Array.from({ length: 6 }, () => sink.rows(SLOW_QUERY)))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    expect(await sink.rows('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('stops queries of those who have left, whether they run or wait, and answers others', async () => {
    const endless = 'SELECT count(*) FROM range(1000000000) a(i), range(1000) b(j) WHERE hash(i + j) = 7'
    const leave = new AbortController()
    const asked = [endless, endless, endless].map((query) => sink.rows(query, leave.signal))
    const answers = Promise.allSettled([...asked, sink.events({ from: 0, to: 1, limit: 1 }, leave.signal)])
    const patient = sink.rows('SELECT 1 AS one')
    setTimeout(() => leave.abort(), 200)
    for (const answer of await answers) expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'client_gone' } })
    expect(await patient).toEqual([{ one: 1 }])
    await expect(sink.rows(endless, leave.signal)).rejects.toMatchObject({ code: 'client_gone' })
  })

  it('tells who asks with parameters of no sense so, and who asks when it cannot answer nothing of its files', async () => {
    await expect(sink.rows('SELECT nothing FROM nowhere')).rejects.toMatchObject({ code: 'invalid_query' })
    await sink.close()
    // Where DuckDB would put what does not fit into memory.
    await writeFile(join(directory, 'webwatch.duckdb.tmp'), '')
    sink = await duckDbSink(directory, { memoryBytes: 128 * 1024 * 1024 })
    const failure = await sink.rows('SELECT i, hash(i) AS h FROM range(20000000) t(i) ORDER BY h').catch((error) => error)
    expect(failure).toBeInstanceOf(SinkUnavailable)
    expect(failure.message).toBe('The store cannot answer now; the log of the collector says why')
  })

  it('ends a deletion when it is closed, which then has deleted nothing', async () => {
    await sink.close()
    await fill(300_000)
    sink = await duckDbSink(directory)
    const leaving = sink.expire({ raw: Date.now() })
    const ended = expect(leaving).rejects.toThrow(SinkUnavailable)
    await sleep(200)
    const began = performance.now()
    await sink.close()
    const closed = performance.now() - began
    await ended
    sink = await duckDbSink(directory)
    expect(await sink.rows('SELECT count(*) AS n FROM events')).toEqual([{ n: 300_000 }])
    const again = performance.now()
    await sink.expire({ raw: Date.now() })
    expect(closed).toBeLessThan((performance.now() - again) / 2)
  })

  it('takes no more memory for a query than it may, and goes on', async () => {
    await sink.close()
    sink = await duckDbSink(directory, { memoryBytes: 128 * 1024 * 1024 })
    await expect(sink.rows('SELECT length(list(i)) FROM range(100000000) t(i)')).rejects.toThrow(SinkUnavailable)
    await sink.write(some(10))
    expect(await stored()).toHaveLength(10)
  })
})
