import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { libraryOf } from '../../../tools/stack/tool.ts'
import { eventually } from '../../testing/eventually.ts'
import { smallDisk } from '../../testing/small-disk.ts'
import type { OwnIngest, Scenario } from '../scenario.ts'
import type { CollectorPart, Stand } from '../stand.ts'

/** Half of it is what the spool leaves free. */
const DISK = '28m'
const HOUR_S = 3_600

/** An ingest with a directory of its own, which goes when it is released. */
async function inDirectory(
  use: (directory: string) => Promise<CollectorPart>,
  after: (directory: string) => Promise<unknown>,
): Promise<OwnIngest> {
  const directory = await mkdtemp(join(tmpdir(), 'webwatch-fault-'))
  const ingest = await use(directory)
  return {
    ingest,
    async release() {
      await ingest.kill()
      await after(directory)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** An ingest whose data lie on a small disk of their own. */
async function onSmallDisk(stand: Stand): Promise<OwnIngest> {
  const { directory, release } = await smallDisk(DISK)
  const ingest = await stand.collector('ingest', { DATA_DIR: directory })
  return {
    ingest,
    async release() {
      await ingest.kill()
      await release()
    },
  }
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1])
}

const fullDisk: Scenario = {
  name: 'a full disk under the spool',
  load: { clients: 4, events: 500, everyMs: 20 },
  prepare: onSmallDisk,
  async strike({ stand: { ways }, load, ingest }) {
    ways.ingestToKafka.harm({ kind: 'drop' })
    await eventually(
      async () => load.refusals.get(503) ?? 0,
      (refusals) => expect(refusals).toBeGreaterThan(3),
      60_000,
    )
    expect(await metric(ingest.url, 'webwatch_spool_records')).toBeGreaterThan(1_000)
    ways.ingestToKafka.heal()
    await eventually(
      () => metric(ingest.url, 'webwatch_spool_records'),
      (records) => expect(records).toBe(0),
      60_000,
    )
  },
}

const clockJumps: Scenario = {
  name: 'clocks of the collectors that jump by an hour, both ways',
  clockWrongBy: HOUR_S * 1_000,
  prepare: (stand) =>
    inDirectory(
      async (directory) => {
        const file = join(directory, 'offset')
        await writeFile(file, '+0')
        const env = {
          LD_PRELOAD: await libraryOf('faketime'),
          FAKETIME_TIMESTAMP_FILE: file,
          FAKETIME_CACHE_DURATION: '1',
          FAKETIME_DONT_FAKE_MONOTONIC: '1',
          DATA_DIR: join(directory, 'collector'),
        }
        const { DATA_DIR: _own, ...clock } = env
        stand.sink.next = clock
        await stand.sink.stop()
        await stand.sink.restart()
        return stand.collector('ingest', env)
      },
      async () => {
        stand.sink.next = {}
        await stand.sink.stop()
        await stand.sink.restart()
      },
    ),
  async strike({ stand: { sink }, ingest, dice, strength: { rounds } }) {
    const file = sink.next.FAKETIME_TIMESTAMP_FILE!
    for (let round = 0; round < rounds; round++) {
      // Away by an hour and back is a jump in either direction.
      for (const offset of [dice.percent(50) ? HOUR_S : -HOUR_S, 0]) {
        await writeFile(file, `${offset >= 0 ? '+' : ''}${offset}`)
        await sleep(dice.between(2_000, 3_000))
        // What was under way comes again, and must be corrected as it was the first time.
        await ingest.kill()
        await ingest.restart()
        await sleep(dice.between(500, 1_500))
      }
    }
  },
}

/** Largest process under overload, in bytes: what docs/operations.md adds up. */
const MAX_RESIDENT_BYTES = 512 * 1024 * 1024

/** The most memory that a collector has within so many ms, in bytes. */
async function largest(url: string, ms: number): Promise<number> {
  let resident = 0
  for (const end = Date.now() + ms; Date.now() < end; await sleep(250)) {
    resident = Math.max(resident, await metric(url, 'process_resident_memory_bytes'))
  }
  return resident
}

const KAFKA_BYTES_PER_SECOND = 500_000

/** Kafka takes about 600 events a second. */
const overload: Scenario = {
  name: 'a Kafka that takes a quarter of what is offered',
  load: { clients: 150, events: 100, everyMs: 0 },
  prepare: (stand) =>
    inDirectory(
      (directory) => stand.collector('ingest', { DATA_DIR: directory }),
      async () => undefined,
    ),
  async strike({ stand: { ways }, load, ingest, strength: { overloadMs } }) {
    ways.ingestToKafka.harm({ kind: 'limit', bytesPerSecond: KAFKA_BYTES_PER_SECOND })
    load.waits.length = 0
    const before = { offered: load.offered - load.underWay, accepted: load.accepted.size }
    const resident = await largest(ingest.url, overloadMs)
    ways.ingestToKafka.heal()
    const excess = (load.offered - before.offered) / Math.max(1, load.accepted.size - before.accepted)
    const waits = load.waits.sort((a, b) => a - b)
    const p99 = waits[Math.floor(waits.length * 0.99)] ?? 0
    console.info(
      `overload: ${excess.toFixed(1)} times what is taken; ${load.refusals.get(429) ?? 0} x 429, answers within ${p99.toFixed(0)} ms (p99), ${(resident / 2 ** 20).toFixed(0)} MiB at most`,
    )
    expect(load.refusals.get(429)).toBeGreaterThan(0)
    expect(excess).toBeGreaterThan(4)
    expect(resident).toBeLessThan(MAX_RESIDENT_BYTES)
    expect(p99).toBeLessThan(8_000)
  },
}

const INFLUX_BYTES_PER_SECOND = 6_000

/** InfluxDB takes about 60 events a second, over the four connections of a sink. */
const slowStore: Scenario = {
  name: 'an InfluxDB that takes a quarter of what Kafka brings',
  load: { clients: 4, events: 20 },
  async strike({ stand: { ways, sink }, load, strength: { overloadMs } }) {
    const stored = () => metric(sink.url, 'webwatch_sink_stored_total')
    const refused = () => [...load.refusals.values()].reduce((sum, times) => sum + times, 0)
    ways.sinkToInflux.harm({ kind: 'limit', bytesPerSecond: INFLUX_BYTES_PER_SECOND })
    const before = { accepted: load.accepted.size, stored: await stored(), refused: refused() }
    const resident = await largest(sink.url, overloadMs)
    const excess = (load.accepted.size - before.accepted) / Math.max(1, (await stored()) - before.stored)
    ways.sinkToInflux.heal()
    console.info(`a slow store: ${excess.toFixed(1)} times what it takes, ${(resident / 2 ** 20).toFixed(0)} MiB at most`)
    expect(excess).toBeGreaterThan(4)
    expect(resident).toBeLessThan(MAX_RESIDENT_BYTES)
    // Kafka keeps what the store does not take: nobody who sends hears of it.
    expect(refused()).toBe(before.refused)
  },
}

/** A disk, a clock or a throughput that is not what one counts on. */
export const resources: readonly Scenario[] = [fullDisk, overload, slowStore, clockJumps]
