import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { batchOf, clickEvent } from './testing/batch.ts'
import { type CollectorProcess, collectorProcess } from './testing/process.ts'

const MIB = 1024 * 1024
const DUCKDB_MEMORY = 256 * MIB
/** What docs/operations.md says of all the rest. */
const REST = 640 * MIB
const SENDERS = 100
const READERS = 150
const LOAD_MS = 20_000

let directory: string
let collector: CollectorProcess
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'webwatch-load-'))
  collector = await collectorProcess({ DATA_DIR: directory, DUCKDB_MEMORY_BYTES: String(DUCKDB_MEMORY) })
})
afterAll(async () => {
  await collector.kill()
  await rm(directory, { recursive: true, force: true })
})

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${collector.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1] ?? 0)
}

/** Events as large as they may be, about 1 MiB in a batch. */
const largeBatch = () => {
  const data = { ...clickEvent().data, target: 't'.repeat(250) }
  return JSON.stringify(
    batchOf(Array.from({ length: 350 }, (_, seq) => clickEvent({ seq, url: `https://shop.example/${'u'.repeat(1_900)}`, data }))),
  )
}

it('the embedded pipeline has bounded memory however much is sent and asked, and says no in good order', async () => {
  const statuses = new Map<string, number>()
  let abrupt = 0
  let accepted = 0
  const end = Date.now() + LOAD_MS
  const note = (what: string, { status, headers }: Response) => {
    statuses.set(`${what} ${status}`, (statuses.get(`${what} ${status}`) ?? 0) + 1)
    if (status === 429 && !(Number(headers.get('retry-after')) > 0)) abrupt++
  }
  async function send(): Promise<void> {
    const body = largeBatch()
    while (Date.now() < end) {
      // Other ids, without making a batch anew: this process has its own work.
      const fresh = body.replaceAll(
        /"id":"(.{24})(.{12})"/g,
        (_whole, first) => `"id":"${first}${Math.random().toString(16).slice(2, 14).padEnd(12, '0')}"`,
      )
      const answer = await fetch(`${collector.url}/v1/events`, {
        method: 'POST',
        body: fresh,
        headers: { 'content-type': 'application/json' },
      })
      note('POST', answer)
      if (answer.status === 202) accepted += ((await answer.json()) as { accepted: number }).accepted
      else {
        await answer.text()
        await sleep(200)
      }
    }
  }
  async function ask(): Promise<void> {
    while (Date.now() < end) {
      const answer = await fetch(`${collector.url}/v1/query/page_views?site=shop.example&window=1m&by=url`)
      note('GET', answer)
      await answer.text()
      await sleep(answer.status === 429 ? 500 : 50)
    }
  }
  let resident = 0
  async function watch(): Promise<void> {
    for (; Date.now() < end; await sleep(250)) resident = Math.max(resident, await metric('process_resident_memory_bytes'))
  }
  await Promise.all([watch(), ...Array.from({ length: SENDERS }, send), ...Array.from({ length: READERS }, ask)])
  console.info(`${accepted} events accepted, ${(resident / MIB).toFixed(0)} MiB at most, answers:`, Object.fromEntries(statuses))
  expect(resident).toBeLessThan(DUCKDB_MEMORY + REST)
  expect(abrupt).toBe(0)
  expect(statuses.get('POST 429')).toBeGreaterThan(0)
  expect(accepted).toBeGreaterThan(1_000)
  expect([...statuses.keys()].filter((key) => !/ (200|202|429)$/.test(key))).toEqual([])
  const stored = (await (await fetch(`${collector.url}/v1/query/clicks?site=shop.example`)).json()) as { rows: { value: number }[] }
  expect(stored.rows[0]?.value).toBe(accepted)
})
