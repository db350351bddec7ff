import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TrackedEvent } from '@webwatch/events'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { EventRecord } from '../record.ts'
import { duckDbSink } from '../sink/duckdb.ts'
import { influxSink } from '../sink/influxdb.ts'
import type { Sink } from '../sink/sink.ts'
import { clickEvent, uuidV7 } from '../testing/batch.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import { type LedgerRow, MINUTE_MS } from './ledger.ts'
import { ledgerOf } from './reader.ts'

const servers = inject('stack')
const bucket = pipelineEnv(servers).INFLUX_BUCKET!
const now = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
const from = now - 10 * MINUTE_MS

let dataDir: string
let stores: { sink: Sink; bucket?: string }[]
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'webwatch-ledger-'))
  const config = { url: servers.influxUrl, token: servers.influxToken, organisation: servers.influxOrganisation, bucket }
  stores = [{ sink: await duckDbSink(dataDir) }, { sink: influxSink(config, pino({ level: 'warn' })), bucket }]
})
afterAll(async () => {
  await Promise.all(stores.map(({ sink }) => sink.close()))
  await rm(dataDir, { recursive: true, force: true })
})

const recordOf = (event: TrackedEvent): EventRecord => ({
  ...event,
  route: '/',
  device: 'desktop',
  browser: 'Chrome',
  os: 'Linux',
  country: 'DE',
  source: 'api',
  receivedAt: now,
  context: {},
})

interface Happening {
  page: string
  seq: number
  time: number
}

/** The ledger as one would keep it by hand: each page view in the order of its numbers. */
function byHand(site: string, happenings: readonly Happening[]): LedgerRow[] {
  const rows = new Map<number, LedgerRow>()
  const last = new Map<string, number>()
  for (const { page, seq, time } of [...happenings].sort((a, b) => a.seq - b.seq || a.time - b.time)) {
    const minute = Math.floor(time / MINUTE_MS) * MINUTE_MS
    const row = rows.get(minute) ?? { site, minute, captured: 0, stored: 0, missing: 0, doubled: 0 }
    rows.set(minute, row)
    const before = last.get(page) ?? -1
    last.set(page, seq)
    if (seq === before) row.doubled++
    else {
      row.stored++
      row.missing += seq - before - 1
      row.captured += seq - before
    }
  }
  return [...rows.values()].sort((a, b) => a.minute - b.minute)
}

let sites = 0
async function written(happenings: readonly Happening[]): Promise<string> {
  const site = `ledger-${sites++}.example`
  const records = happenings.map((happening) => recordOf(clickEvent({ ...happening, id: uuidV7(happening.time), site })))
  for (const { sink } of stores) expect((await sink.write(records)).refused).toEqual([])
  return site
}

const pageOf = fc.integer({ min: 0, max: 3 }).map((number) => uuidV7(from).replace(/^(.{35})./, `$1${number}`))

describe('the ledger', () => {
  it('says the same as one that is kept by hand, from either store', async () => {
    const pages = fc.sample(pageOf, 4)
    const happening = fc.record({
      page: fc.constantFrom(...pages),
      seq: fc.integer({ min: 0, max: 30 }),
      time: fc.integer({ min: from, max: now - 1 }),
    })
    const property = fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 60 }), async (happenings) => {
      const site = await written(happenings)
      for (const { sink, bucket: name } of stores) {
        expect(await ledgerOf(sink, name)({ site, from, to: now }), sink.store).toEqual(byHand(site, happenings))
      }
    })
    await fc.assert(property, { numRuns: 15, endOnFailure: true })
  })

  it('does not take the beginning of what it reads for a loss', async () => {
    const page = uuidV7(from - 86_400_000)
    const site = await written([
      { page, seq: 40, time: from - 2 * MINUTE_MS },
      { page, seq: 43, time: from },
      { page, seq: 44, time: from + 1 },
      { page: uuidV7(from - 86_400_000), seq: 7, time: from + 2 },
    ])
    for (const { sink, bucket: name } of stores) {
      expect(await ledgerOf(sink, name)({ site, from, to: now }), sink.store).toEqual([
        { site, minute: from, captured: 5, stored: 3, missing: 2, doubled: 0 },
      ])
    }
  })
})
