import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, it } from 'vitest'
import { eventually } from './testing/eventually.ts'
import { type FrontDoor, frontDoor } from './testing/fuzz/front-door.ts'
import { FUZZ_KEY, fuzzBytes, fuzzRequest } from './testing/fuzz/requests.ts'
import { type CollectorProcess, collectorProcess, PROGRAM } from './testing/process.ts'

/** 20,000 by default, as many as are asked for in a long run. */
const CASES = Number(process.env.FUZZ_CASES ?? 20_000)
/** How many one collector gets: what asks for everything it keeps may take no second, on a slow machine either. */
const CASES_A_STORE = 50_000
const WARM_UP = 5_000
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
const VOLLEY = { requests: 95, bytes: 5 } as const
/** What an event that was kept may take in memory: its text, and its place in the index of ids. */
const STORED_BYTES = 1_000
/** In so many cases, ten volleys, there may be one moment with slow answers: two cores under a load of eight have met 13 in 20,000. */
const CASES_A_SLOW_MOMENT = 1_000
const require = createRequire(import.meta.url)
const CASES_A_VOLLEY = VOLLEY.requests + VOLLEY.bytes

let directory: string
let collector: CollectorProcess
let door: FrontDoor

async function openEmpty(): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), 'webwatch-fuzz-'))
  const program = ['--expose-gc', '--require', require.resolve('./testing/collect-garbage.cjs'), ...PROGRAM]
  collector = await collectorProcess({ DATA_DIR: directory, WRITE_KEYS: `*:${FUZZ_KEY}`, SERVER_HOST: '127.0.0.1' }, { program })
  door = frontDoor(collector.url)
}

afterEach(async () => {
  await door.close()
  await collector.stop()
  await rm(directory, { recursive: true, force: true })
})

const volley = fc.record({
  requests: fc.array(fuzzRequest, { minLength: VOLLEY.requests, maxLength: VOLLEY.requests, size: 'max' }),
  bytes: fc.array(fuzzBytes, { minLength: VOLLEY.bytes, maxLength: VOLLEY.bytes, size: 'max' }),
})

async function fuzz(cases: number, seed: number): Promise<void> {
  const property = fc.asyncProperty(volley, async ({ requests, bytes }) => {
    await Promise.all([door.send(requests), ...bytes.map(door.sendBytes)])
  })
  await fc.assert(property, { numRuns: Math.ceil(cases / CASES_A_VOLLEY), seed, endOnFailure: true, verbose: 0 })
}

async function figure(name: string): Promise<number> {
  const text = await (await fetch(`${collector.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)![1])
}

/** In MiB, without garbage. */
async function memory(): Promise<{ resident: number; heap: number }> {
  process.kill(collector.pid, 'SIGUSR2')
  return {
    resident: Math.round((await figure('process_resident_memory_bytes')) / 2 ** 20),
    heap: Math.round((await figure('nodejs_heap_size_used_bytes')) / 2 ** 20),
  }
}

const PARTS = Math.ceil(CASES / CASES_A_STORE)
/** The whole in parts, each with seeds of its own. */
const parts = Array.from({ length: PARTS }, (_, part) => ({ cases: Math.ceil(CASES / PARTS), seed: SEED + 2 * part }))

it.each(parts)(
  'answers $cases odd requests, none with 5xx, none slowly, and is afterwards as it was before (seed $seed)',
  async ({ cases, seed }) => {
    await openEmpty()
    // The first cases fill what remembers: ids, routes, agents.
    await fuzz(WARM_UP, seed)
    const before = await memory()
    await fuzz(cases - WARM_UP, seed + 1)
    const kept = await figure('webwatch_ingest_accepted_total')
    const statuses = Object.fromEntries(door.tally.statuses)
    console.info(`seed ${seed}: ${door.tally.cases} cases, ${kept} events kept, answers by status:`, statuses)
    const after = await eventually(memory, ({ resident, heap }) => {
      expect(heap).toBeLessThan(before.heap + 16)
      // The embedded store keeps part of what it holds in memory, which is not the heap's.
      expect(resident).toBeLessThan(before.resident + 150 + (kept * STORED_BYTES) / 2 ** 20)
    })
    console.info('MiB before and after:', before, after)
    const { slow, slowVolleys, slowest } = door.tally
    console.info(`answers over a second: ${slow}, in ${slowVolleys} volleys; the slowest:`, slowest)
    expect(door.tally.cases).toBeGreaterThanOrEqual(cases)
    expect(slowVolleys).toBeLessThanOrEqual(Math.ceil(cases / CASES_A_SLOW_MOMENT))
    expect(kept).toBeGreaterThan(cases / 10)
  },
  600_000,
)
