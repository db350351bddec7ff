import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'lmdb'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
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

it('is one book for all who have opened it: what one keeps the others find, and nobody forgets what is young', async () => {
  const at = join(directory, 'shared')
  const books = [await openClockBook(at, 4), await openClockBook(at, 4)] as const
  expect(books[1].of(clickEvent().id)).toBeUndefined()
  const accepted = lateEvents(40)
  for (const [index, one] of accepted.entries()) {
    await books[index % 2]!.keep([one])
    const recent = accepted.slice(Math.max(0, index - 3), index + 1)
    for (const book of books) {
      // Whoever has found an empty book looks again within a second.
      await vi.waitFor(() => expect(book.of(one.event.id)).toBe(HOUR), 3_000)
      expect(recent.map(({ event }) => book.of(event.id))).toEqual(recent.map(() => HOUR))
    }
    expect(accepted.filter(({ event }) => books[0].of(event.id) !== undefined).length).toBeLessThanOrEqual(8)
  }
  await Promise.all(books.map((book) => book.close()))
})

it('corrects an event as another process has done, although that has only just happened', async () => {
  const books = [await openClockBook(join(directory, 'twice')), await openClockBook(join(directory, 'twice'))] as const
  const now = Date.UTC(2026, 0, 1)
  const event = clickEvent({ time: now - HOUR })
  const take = (book: (typeof books)[number], sentAt: number) =>
    examine(structuredClone(batchOf([event], { sentAt })), sender, anySite, now, book).accepted
  const [first, second, third] = [take(books[0], now - HOUR), take(books[1], now - HOUR - 20_000), take(books[1], now)]
  await books[0].keep(first)
  await books[1].keep(second)
  await books[1].keep(third)
  expect([second, third]).toEqual([first, first])
  expect(first[0]!.event.time).toBe(now)
  await Promise.all(books.map((book) => book.close()))
})

it('goes on with a book from before there were turns', async () => {
  const at = join(directory, 'old')
  const root = open({ path: join(at, 'clock.mdb') })
  const [younger, older] = ['events-a', 'events-b'].map((name) => root.openDB<number, string>({ name }))
  await older!.put('b-1', 10)
  await older!.put('b-2', 20)
  await younger!.put('a-1', 30)
  await root.close()
  const book = await openClockBook(at, 2)
  const [one, two] = lateEvents(2)
  await book.keep([one!])
  expect(['b-1', 'b-2', 'a-1', one!.event.id].map(book.of)).toEqual([10, 20, 30, HOUR])
  await book.keep([two!])
  expect(['b-1', 'b-2', 'a-1', one!.event.id, two!.event.id].map(book.of)).toEqual([undefined, undefined, 30, HOUR, HOUR])
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
