import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Lease, openLease } from './lease.ts'

const SILENT_MS = 400
let directory: string
let one: Lease
let other: Lease
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'webwatch-lease-'))
  ;[one, other] = await Promise.all([openLease(directory, SILENT_MS), openLease(directory, SILENT_MS)])
})
afterEach(async () => {
  await Promise.all([one.close(), other.close()])
  await rm(directory, { recursive: true, force: true })
})

it('is had by one alone, whoever asks first, until it is released', async () => {
  expect((await Promise.all([one.hold(), other.hold()])).filter(Boolean)).toHaveLength(1)
  const [holder, waiting] = (await one.hold()) ? [one, other] : [other, one]
  expect(await waiting.hold()).toBe(false)
  await waiting.release()
  expect(await waiting.hold()).toBe(false)
  await holder.release()
  expect(await waiting.hold()).toBe(true)
  expect(await holder.hold()).toBe(false)
})

it('is kept by who says so again and again', async () => {
  expect(await one.hold()).toBe(true)
  // It is said once a second, so others must be more patient than that.
  await other.close()
  other = await openLease(directory, 2_000)
  for (let round = 0; round < 30; round++) {
    expect(await one.hold()).toBe(true)
    expect(await other.hold()).toBe(false)
    await sleep(100)
  }
})

it('goes to another when who had it is silent, and does not come back by itself', async () => {
  expect(await one.hold()).toBe(true)
  expect(await other.hold()).toBe(false)
  await sleep(SILENT_MS + 100)
  expect(await other.hold()).toBe(true)
  expect(await one.hold()).toBe(false)
})
