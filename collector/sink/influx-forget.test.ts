import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Spot, type Stretch, stretchesOf } from './influx-forget.ts'

const tags = (url: string, _measurement: string) => ({ site: 'shop.example', data_type: 'raw', _measurement, url })

const spot = (ns: number, theirs: boolean, url = '/', measurement = 'clicks'): Spot => ({
  ns: BigInt(ns),
  tags: tags(url, measurement),
  theirs,
})

it('is one stretch while nobody else is there', () => {
  const spots = [spot(1, true), spot(2, true, '/a'), spot(3, true, '/b', 'scrolls')]
  expect(stretchesOf(spots)).toEqual([{ tags: { site: 'shop.example', data_type: 'raw' }, from: 1n, to: 3n }])
})

it('names more tags where that takes fewer stretches', () => {
  const spots = Array.from({ length: 10 }, (_, index) => spot(index, index % 2 === 0, index % 2 === 0 ? '/' : '/other'))
  expect(stretchesOf(spots)).toEqual([{ tags: tags('/', 'clicks'), from: 0n, to: 8n }])
})

const takes = (stretch: Stretch, { ns, tags: own }: Spot): boolean =>
  ns >= stretch.from && ns <= stretch.to && Object.entries(stretch.tags).every(([name, value]) => own[name as keyof typeof own] === value)

it("takes all of a visitor's points and never one of somebody else", () => {
  const one = fc.record({
    ns: fc.integer({ min: 0, max: 40 }),
    theirs: fc.boolean(),
    url: fc.constantFrom('/', '/a'),
    measurement: fc.constantFrom('clicks', 'scrolls'),
  })
  fc.assert(
    fc.property(fc.array(one, { maxLength: 40 }), (made) => {
      // What has the same tags and ns is one point, of whoever wrote it last.
      const points = new Map(
        made.map(({ ns, theirs, url, measurement }) => [`${ns} ${url} ${measurement}`, spot(ns, theirs, url, measurement)]),
      )
      const spots = [...points.values()].sort((a, b) => Number(a.ns - b.ns))
      const stretches = stretchesOf(spots)
      for (const point of spots) expect(stretches.some((stretch) => takes(stretch, point))).toBe(point.theirs)
    }),
    { numRuns: 500 },
  )
})
