import { describe, expect, it } from 'vitest'
import { clocksChange, isZone, offsetAt, parseWindow, windowStarts } from './zone.ts'

const iso = (starts: readonly number[]) => starts.map((start) => new Date(start).toISOString().slice(0, 16))
const starts = (window: string, from: string, to: string, zone: string) =>
  iso(windowStarts(parseWindow(window)!, Date.parse(from), Date.parse(to), zone))

describe('windows on the clocks of a zone', () => {
  it('has 25 hours in the day in which clocks go back, and 23 in the one in which they go ahead', () => {
    const autumn = ['2026-10-23T22:00', '2026-10-24T22:00', '2026-10-25T23:00', '2026-10-26T23:00']
    expect(starts('1d', '2026-10-24T10:00Z', '2026-10-27T10:00Z', 'Europe/Berlin')).toEqual(autumn)
    const spring = ['2026-03-27T23:00', '2026-03-28T23:00', '2026-03-29T22:00']
    expect(starts('1d', '2026-03-28T10:00Z', '2026-03-30T10:00Z', 'Europe/Berlin')).toEqual(spring)
  })

  it('begins a day after midnight where clocks jump over it', () => {
    expect(starts('1d', '2026-04-24T12:00Z', '2026-04-26T00:00Z', 'Africa/Cairo')).toEqual([
      '2026-04-23T22:00',
      '2026-04-24T21:00',
      '2026-04-25T21:00',
    ])
  })

  it('begins weeks on Mondays, months on the first', () => {
    expect(starts('1w', '2026-10-28T00:00Z', '2026-11-03T00:00Z', 'UTC')).toEqual(['2026-10-26T00:00', '2026-11-02T00:00'])
    expect(starts('1mo', '2026-10-28T00:00Z', '2026-11-03T00:00Z', 'Asia/Kolkata')).toEqual(['2026-09-30T18:30', '2026-10-31T18:30'])
  })

  it('counts an hour that clocks show twice as two', () => {
    expect(starts('1h', '2026-10-25T00:00Z', '2026-10-25T03:00Z', 'Europe/Berlin')).toHaveLength(3)
  })

  it('reads only windows that stay with the clock', () => {
    for (const text of ['7m', '5h', '2d', '0h', '1y', '', '1.5h']) expect(parseWindow(text)).toBeUndefined()
    expect(parseWindow('1mo')).toEqual({ every: 1, unit: 'mo' })
  })
})

it('knows zones, their offsets, and when clocks change', () => {
  expect(isZone('Europe/Berlin')).toBe(true)
  expect(isZone('Mars/Olympus')).toBe(false)
  expect(offsetAt('Asia/Kolkata', 0)).toBe(5.5 * 3_600_000)
  expect(clocksChange('Europe/Berlin', Date.parse('2026-10-24'), Date.parse('2026-10-26'))).toBe(true)
  expect(clocksChange('Europe/Berlin', Date.parse('2026-11-01'), Date.parse('2026-12-01'))).toBe(false)
})
