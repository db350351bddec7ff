import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventRecord } from '../record.ts'
import { clickEvent } from '../testing/batch.ts'
import { duckDbSink } from './duckdb.ts'
import type { Sink } from './sink.ts'

const record = (parts: Partial<EventRecord> = {}): EventRecord => ({
  ...clickEvent(),
  route: 'https://shop.example/item/:id',
  device: 'desktop',
  browser: 'Chrome',
  os: 'Linux',
  country: 'DE',
  source: 'api',
  receivedAt: 1_767_225_600_500,
  context: { language: 'de' },
  ...parts,
})
const some = (count: number): EventRecord[] => Array.from({ length: count }, (_, seq) => record({ seq }))
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
    const records = some(4_500)
    await sink.write(records)
    expect(await stored()).toEqual(idsOf(records))
    const [row] = await sink.rows(`SELECT * FROM events WHERE id = '${records[4_400]!.id}'`)
    const { receivedAt, context, data, ...rest } = records[4_400]!
    expect(row).toEqual({ ...rest, received_at: receivedAt, context: JSON.stringify(context), data: JSON.stringify(data) })
  })
})
