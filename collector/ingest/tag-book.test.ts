import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Accepted } from '../record.ts'
import { clickEvent } from '../testing/batch.ts'
import { openTagBook } from './tag-book.ts'
import { tagLimits } from './tag-limits.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'webwatch-tags-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const limits = { site: 2, url: 2, target: 1 }
const facts = {
  receivedAt: 0,
  source: 'api',
  context: {},
  device: 'desktop',
  browser: 'Chrome',
  os: 'Linux',
  country: 'DE',
} as const

const accepted = (site: string, route: string, target?: string): Accepted => ({
  event: clickEvent({ site, data: target === undefined ? {} : { target } }),
  route,
  facts,
})

it('bounds the values of a tag per site, and the number of sites', () => {
  const known = tagLimits(limits)
  const overflowOf = (...parts: Parameters<typeof accepted>) => known.overflowOf(accepted(...parts), () => undefined)
  expect(overflowOf('shop.example', '/1', '#a')).toEqual([])
  expect(overflowOf('shop.example', '/2')).toEqual([])
  expect(overflowOf('shop.example', '/3', '#b')).toEqual(['url', 'target'])
  expect(overflowOf('shop.example', '/1', '#a')).toEqual([])
  expect(overflowOf('blog.example', '/3', '#b')).toEqual([])
  expect(overflowOf('more.example', '/1', '#a')).toEqual(['site'])
  expect(overflowOf('most.example', '/2', '#b')).toEqual(['site', 'target'])
})

it('decides as before after the collector has died', async () => {
  const overflows: string[] = []
  const mark = async (events: Accepted[]) => {
    const book = await openTagBook(directory, { overflowed: (tag) => overflows.push(tag), admitted: () => undefined }, limits)
    await book.mark(events)
    await book.close()
    return events.map(({ overflow }) => overflow ?? [])
  }
  const batch = () => [accepted('shop.example', '/1', '#a'), accepted('shop.example', '/2', '#b'), accepted('shop.example', '/3', '#a')]
  const first = await mark(batch())
  expect(first).toEqual([[], ['target'], ['url']])
  expect(await mark(batch().reverse())).toEqual([['url'], ['target'], []])
  expect(overflows).toEqual(['target', 'url', 'url', 'target'])
})

it('decides alike for all who have opened it, and forgets nothing of what any of them has admitted', async () => {
  const at = join(directory, 'shared')
  const admitted: string[][] = [[], [], []]
  const openOne = (index: number) =>
    openTagBook(at, { overflowed: () => undefined, admitted: (tag) => admitted[index]!.push(tag) }, { site: 1, url: 4, target: 1 })
  const books = [await openOne(0), await openOne(1)] as const
  const marked = async (book: (typeof books)[number], route: string) => {
    const event = accepted('shop.example', route)
    await book.mark([event])
    return event.overflow ?? []
  }
  const routes = ['/1', '/2', '/3', '/4', '/5', '/6']
  const decided = []
  for (const [index, route] of routes.entries()) decided.push(await marked(books[index % 2]!, route))
  expect(decided).toEqual([[], [], [], [], ['url'], ['url']])
  for (const book of books) for (const [index, route] of routes.entries()) expect(await marked(book, route)).toEqual(decided[index])
  await Promise.all(books.map((book) => book.close()))
  const after = await openOne(2)
  for (const [index, route] of routes.entries()) expect(await marked(after, route)).toEqual(decided[index])
  await after.close()
  // Each is told once of the site and of each route, whoever was the first to see them.
  for (const told of admitted) expect(told.sort()).toEqual(['site', 'url', 'url', 'url', 'url'])
})
