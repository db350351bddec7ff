import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { batchOf, clickEvent } from '../testing/batch.ts'
import { openClockBook } from './clock-book.ts'
import { examine } from './intake.ts'

const HOUR = 3_600_000
const anySite = () => () => true
const sender = { key: undefined, userAgent: undefined }

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'webwatch-clock-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

it('a batch that comes again to a collector that has died meanwhile is corrected as before', async () => {
  const now = Date.UTC(2026, 0, 1)
  const late = clickEvent({ time: now - HOUR - 2_000 })
  // 4.9 s after a full step, and 0.2 s later it would be rounded to the next.
  const sentAt = now - HOUR - 4_900
  const take = (book: Awaited<ReturnType<typeof openClockBook>>, at: number) =>
    examine(structuredClone(batchOf([late], { sentAt })), sender, anySite, at, book)

  const before = await openClockBook(directory)
  const first = take(before, now)
  expect(first).toMatchObject({ isDoubtful: true, accepted: [{ event: { time: now - 2_000 }, facts: { skew: HOUR } }] })
  await before.keep(first.accepted)
  await before.close()

  const after = await openClockBook(directory)
  expect(take(after, now + 200).accepted).toEqual([{ ...first.accepted[0], facts: { ...first.accepted[0]!.facts, receivedAt: now + 200 } }])
  const unknown = examine(batchOf([clickEvent({ time: late.time })], { sentAt }), sender, anySite, now + 200, after)
  expect(unknown.accepted[0]?.facts.skew).toBe(HOUR + 10_000)
  await after.close()
})

it('a skew near the minute is kept too, although it is not corrected', async () => {
  const now = Date.UTC(2026, 0, 1)
  const event = clickEvent({ time: now - 60_500 })
  const take = (at: number) => examine(structuredClone(batchOf([event], { sentAt: now - 59_900 })), sender, anySite, at, book)
  const book = await openClockBook(join(directory, 'near'))
  const first = take(now)
  expect(first.isDoubtful).toBe(true)
  const kept = book.keep(first.accepted)
  expect(take(now + 200).accepted[0]?.event.time).toBe(event.time)
  await kept
  expect(take(now + 200).accepted[0]?.event.time).toBe(event.time)
  await book.close()
})

const { facts } = examine(batchOf(), sender, anySite, Date.now()).accepted[0]!
/** Events of one page view whose clock was an hour behind. */
const lateEvents = (count: number) =>
  Array.from({ length: count }, () => ({ event: clickEvent({ page: 'one-page' }), route: '/', facts: { ...facts, skew: HOUR } }))

it('forgets the oldest events, and no others', async () => {
  const book = await openClockBook(join(directory, 'small'), 2)
  const accepted = lateEvents(5)
  for (const one of accepted) await book.keep([one])
  expect(accepted.map(({ event }) => book.of(event.id))).toEqual([undefined, undefined, HOUR, HOUR, HOUR])
  await book.close()
})

it('takes no longer for a page view with many events than for one with few', async () => {
  const book = await openClockBook(join(directory, 'flat'))
  const batch = lateEvents(100)
  async function timed(): Promise<number> {
    const start = performance.now()
    await book.keep(batch)
    for (const { event } of batch) expect(book.of(event.id)).toBe(HOUR)
    return performance.now() - start
  }
  const best = async () => Math.min(...[await timed(), await timed(), await timed(), await timed()])
  const before = await best()
  await book.keep(lateEvents(20_000))
  // Of two hundred times as many events a tenfold is the disk's.
  expect(await best()).toBeLessThan(10 * before + 20)
  await book.close()
})
