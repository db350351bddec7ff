import { describe, expect, it } from 'vitest'
import { metricOf } from './catalogue.ts'
import { periodBefore, withPrevious } from './compare.ts'
import type { Query, Row } from './query.ts'
import { parseWindow } from './zone.ts'

const berlin = (from: string, to: string, window?: string): Query => ({
  from: Date.parse(from),
  to: Date.parse(to),
  zone: 'Europe/Berlin',
  filters: {},
  by: [],
  ...(window && { window: parseWindow(window)! }),
})
const before = (query: Query) => {
  const { from, to } = periodBefore(query)
  return [from, to].map((time) => new Date(time).toISOString().slice(0, 16))
}

describe('the period before', () => {
  it('has the same length, where the range is no whole days', () => {
    expect(before(berlin('2026-10-25T10:30Z', '2026-10-26T10:30Z'))).toEqual(['2026-10-24T10:30', '2026-10-25T10:30'])
  })

  it('has as many days of the zone, the one of 25 hours being one', () => {
    expect(before(berlin('2026-10-24T22:00Z', '2026-10-25T23:00Z', '1h'))).toEqual(['2026-10-23T22:00', '2026-10-24T22:00'])
    expect(before(berlin('2026-10-25T23:00Z', '2026-11-01T23:00Z', '1d'))).toEqual(['2026-10-18T22:00', '2026-10-25T23:00'])
    // Midnight in Berlin is no midnight in UTC.
    expect(before({ ...berlin('2026-10-24T22:00Z', '2026-10-25T23:00Z'), zone: 'UTC' })[0]).toBe('2026-10-23T21:00')
  })

  it('has as many months, where months are asked for', () => {
    expect(before(berlin('2026-09-30T22:00Z', '2026-10-31T23:00Z', '1mo'))).toEqual(['2026-08-31T22:00', '2026-09-30T22:00'])
    expect(before(berlin('2026-02-28T23:00Z', '2026-04-30T22:00Z', '1mo'))).toEqual(['2025-12-31T23:00', '2026-02-28T23:00'])
  })
})

describe('a comparison', () => {
  const views = metricOf('page_views')!

  it('matches windows by their place, and tells what is there no more', () => {
    const query = berlin('2026-10-24T22:00Z', '2026-10-26T23:00Z', '1d')
    const [first, second] = [Date.parse('2026-10-24T22:00Z'), Date.parse('2026-10-25T23:00Z')]
    const rows = [{ time: first, value: 5 }]
    const earlier = [
      { time: Date.parse('2026-10-22T22:00Z'), value: 3 },
      { time: Date.parse('2026-10-23T22:00Z'), value: 4 },
    ]
    expect(withPrevious(views, query, rows, earlier)).toEqual([
      { time: first, value: 5, previous: 3 },
      { time: second, value: null, previous: 4 },
    ])
  })

  it('leaves out what has no counterpart, because the period before touches one week more', () => {
    const query = { ...berlin('2026-11-03', '2026-11-08', '1w'), zone: 'UTC' }
    const earlier = [
      { time: Date.parse('2026-10-26'), value: 3 },
      { time: Date.parse('2026-11-02'), value: 4 },
    ]
    expect(withPrevious(views, query, [], earlier)).toEqual([{ time: Date.parse('2026-11-02'), value: null, previous: 3 }])
  })

  it('puts what is gone behind what is there', () => {
    const query = { ...berlin('2026-10-24T10:00Z', '2026-10-25T10:00Z'), by: ['device'] }
    const earlier = [
      { device: 'mobile', value: 7 },
      { device: 'desktop', value: 1 },
    ]
    const rows = [
      { device: 'desktop', value: 2 },
      { device: 'tablet', value: 1 },
    ]
    expect(withPrevious(views, query, rows, earlier)).toEqual([
      { device: 'desktop', value: 2, previous: 1 },
      { device: 'tablet', value: 1, previous: null },
      { device: 'mobile', value: null, previous: 7 },
    ])
  })

  it('keeps the weeks apart in which visitors were first seen', () => {
    const query = { ...berlin('2026-10-19T00:00Z', '2026-11-02T00:00Z'), zone: 'UTC' }
    const week = (text: string) => Date.parse(text)
    const row = (cohort: string, time: string, value: number): Row => ({ cohort: week(cohort), time: week(time), value })
    const rows = [row('2026-10-19', '2026-10-19', 10), row('2026-10-19', '2026-10-26', 4), row('2026-10-26', '2026-10-26', 6)]
    const earlier = [row('2026-10-05', '2026-10-05', 9), row('2026-10-05', '2026-10-12', 3), row('2026-10-12', '2026-10-12', 5)]
    expect(withPrevious(metricOf('retention')!, query, rows, earlier).map(({ value, previous }) => [value, previous])).toEqual([
      [10, 9],
      [4, 3],
      [6, 5],
    ])
  })
})
