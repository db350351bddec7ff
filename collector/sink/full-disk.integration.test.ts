import { appendFile, readdir, readlink, stat, statfs, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Health } from '../bus/bus.ts'
import { SinkUnavailable } from '../errors.ts'
import { batchOf, clickEvent } from '../testing/batch.ts'
import { type TestCollector, testCollector } from '../testing/collector.ts'
import { eventually } from '../testing/eventually.ts'
import { type SmallDisk, smallDisk } from '../testing/small-disk.ts'
import { storedRecord } from '../testing/stored-record.ts'
import { duckDbSink } from './duckdb.ts'

/** Enough for a commit of a few events, and not for a checkpoint, which writes blocks of 256 KiB. */
const LITTLE = 300 * 1024

let disk: SmallDisk
let filler: string
let open: { close(): Promise<void> } | undefined
beforeEach(async () => {
  disk = await smallDisk('64m')
  filler = join(disk.directory, 'what others have')
  await writeFile(filler, '')
})
afterEach(async () => {
  await open?.close()
  open = undefined
  await disk.release()
})

/** Fills the disk, or makes room, until so many bytes are free. */
async function leave(bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(disk.directory)
  const more = bavail * bsize - bytes
  if (more > 0)
    // The store may have taken some of it meanwhile.
    await appendFile(filler, Buffer.alloc(more)).catch((error: NodeJS.ErrnoException) =>
      error.code === 'ENOSPC' ? leave(bytes) : Promise.reject(error),
    )
  else await truncate(filler, Math.max(0, (await stat(filler)).size + more))
}

/** How often this process has a file open: a store that is not let go of whole would write where the next one does. */
async function timesOpen(name: string): Promise<number> {
  const handles = await readdir('/proc/self/fd')
  const files = await Promise.all(handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => '')))
  return files.filter((file) => file.endsWith(`/${name}`)).length
}

describe('the embedded store on a disk that others fill', () => {
  it('says so when a checkpoint finds no room, loses nothing that it acknowledged, and goes on when there is room', async () => {
    const lines: string[] = []
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
    const sink = await duckDbSink(disk.directory, { turnRows: 500, log })
    open = sink
    const acknowledged: string[] = []
    const ill: Health[] = []
    /** @returns whether they were stored */
    const store = async (): Promise<boolean> => {
      const records = Array.from({ length: 50 }, (_, seq) => storedRecord({ seq }))
      try {
        await sink.write(records)
        acknowledged.push(...records.map(({ id }) => id))
        return true
      } catch (error) {
        expect(error).toBeInstanceOf(SinkUnavailable)
        const health = await sink.health()
        if (!health.ok) ill.push(health)
        return false
      }
    }
    const broken = () => lines.filter((line) => line.includes('the store has broken')).length
    for (let round = 0; round < 3; round++) {
      for (let turn = 0; turn < 40; turn++) expect(await store()).toBe(true)
      for (let write = 0; write < 200 && broken() === round; write++) {
        await leave(LITTLE)
        await store()
      }
      expect(broken()).toBeGreaterThan(round)
      await leave(32 * 1024 * 1024)
      await eventually(store, (stored) => expect(stored).toBe(true))
      expect(await sink.health()).toEqual({ ok: true })
      expect(await timesOpen('webwatch.duckdb')).toBe(1)
    }
    expect(ill.length).toBeGreaterThan(0)
    const rows = await sink.rows('SELECT id FROM events')
    expect(rows.map(({ id }) => id).sort()).toEqual(acknowledged.sort())
  })

  const batches = Array.from({ length: 20 }, () => batchOf(Array.from({ length: 500 }, (_, seq) => clickEvent({ seq }))))

  /** A collector that has taken the batches, and that a deletion has had bring them into the file, where there is no room for them. */
  async function brokenCollector(): Promise<TestCollector> {
    const collector = await testCollector({ DATA_DIR: disk.directory, LOG_LEVEL: 'silent' })
    open = collector
    for (const batch of batches) expect((await collector.post(batch)).status).toBe(202)
    await leave(0)
    await fetch(`${collector.url}/v1/visitors/nobody`, { method: 'DELETE' })
    await eventually(
      () => collector.get('/readyz'),
      ({ status }) => expect(status).toBe(503),
    )
    expect((await collector.post(batchOf([clickEvent()]))).status).toBe(503)
    return collector
  }

  it('is not ready meanwhile, and takes events again', async () => {
    const collector = await brokenCollector()
    await leave(32 * 1024 * 1024)
    await eventually(
      () => collector.get('/readyz'),
      ({ status }) => expect(status).toBe(200),
    )
    expect((await collector.post(batchOf([clickEvent()]))).status).toBe(202)
    for (const batch of batches) expect((await collector.post(batch)).body.duplicates).toBe(500)
  })

  it('can be stopped meanwhile, and has everything when it starts again', async () => {
    const broken = await brokenCollector()
    const began = performance.now()
    await broken.close()
    expect(performance.now() - began).toBeLessThan(5_000)
    await leave(32 * 1024 * 1024)
    const collector = await testCollector({ DATA_DIR: disk.directory, LOG_LEVEL: 'silent' })
    open = collector
    for (const batch of batches) expect((await collector.post(batch)).body.duplicates).toBe(500)
  })
})
