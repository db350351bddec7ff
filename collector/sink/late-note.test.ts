import { FRESH_MS } from '@webwatch/metrics/aggregates.ts'
import { expect, it } from 'vitest'
import { lateNotes, lateSpansOf, merged } from './late-note.ts'
import { Lines } from './lines.ts'

const HOUR = 3_600_000
const now = 1_000 * HOUR

function linesAt(...times: number[]): Lines {
  const lines = new Lines()
  for (const time of times) lines.add(`clicks count=1i ${time}000000`)
  return lines
}

it('knows the hours of late events, and nothing of those in time', () => {
  const times = [now, now - FRESH_MS, now - FRESH_MS - 1, now - 9 * HOUR + 7, now - 9 * HOUR]
  expect(lateSpansOf(linesAt(...times), times.length, now)).toEqual([
    { from: now - 9 * HOUR, until: now - 9 * HOUR + 7, events: 2 },
    { from: now - FRESH_MS - 1, until: now - FRESH_MS - 1, events: 1 },
  ])
  expect(lateSpansOf(linesAt(...times), 2, now)).toEqual([])
})

it('puts hours together that follow each other', () => {
  const span = (from: number, until: number) => ({ from: from * HOUR, until: until * HOUR, events: 1 })
  expect(merged([span(7.9, 7.9), span(1, 3), span(2, 2.5), span(4.9, 4.9)])).toEqual([
    { from: HOUR, until: 4.9 * HOUR, events: 3 },
    { from: 7.9 * HOUR, until: 7.9 * HOUR, events: 1 },
  ])
})

it('notes every span in a place of its own', () => {
  const notes = lateNotes(
    [1, 2, 3].map((from) => ({ from, until: from + 5, events: from })),
    now,
  )
  expect(notes[1]).toMatch(/^late_events events=2i,from=2i,until=7i \d+$/)
  expect(new Set(notes.map((note) => note.split(' ').at(-1))).size).toBe(3)
  for (const note of notes) expect(Math.floor(Number(note.split(' ').at(-1)) / 1e6)).toBe(now)
})
