import { MOST_ROWS } from '@webwatch/metrics/grafana.ts'
import { evaluate, type StoredEvent } from '@webwatch/metrics/reference.ts'
import { expect } from 'vitest'
import type { Asks } from '../generate/grafana/panel.ts'
import type { Viewer } from './fill.ts'
import type { Field, Frame } from './frames.ts'

/** What a panel was asked, by whom, and of what. */
export interface Asked {
  asks: Asks
  viewer: Viewer
  stored: readonly StoredEvent[]
}

/** As many digits as sums of many numbers share, in whichever order they are added. */
export const round = (value: number): number => Number(value.toPrecision(9))
const largestFirst = (values: readonly number[]): number[] => [...values].sort((a, b) => b - a)
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The numbers of a field, without gaps. */
export const numbersOf = (field: Field | undefined): number[] =>
  (field?.values ?? []).filter((value): value is number => typeof value === 'number')

/** The right answer for a part of the range, from the plain meaning of the metric. */
function rightRows({ asks: { metric, by, filters }, viewer: { variables }, stored }: Asked, from: number, to: number) {
  const chosen = filters.flatMap((name) => (variables[name] ? [[name, variables[name]!] as const] : []))
  return evaluate(metric, { from, to, zone: 'UTC', filters: Object.fromEntries(chosen), by }, stored)
}

/** The part of the visitors of each week that were seen in it, and in each later one. */
function rightParts(asked: Asked): number[] {
  const rows = rightRows(asked, asked.viewer.from, asked.viewer.to)
  const sizeOf = (cohort: unknown) => rows.find((row) => row.cohort === cohort && row.time === cohort)!.value
  return largestFirst(rows.map(({ cohort, value }) => round(value / sizeOf(cohort))))
}

/** Windows of a panel over time: as wide as Grafana says, or so many of one width. */
export function windowsOf({ from, to, intervalMs }: Viewer, slices: number | undefined): [from: number, to: number][] {
  const width = slices === undefined ? intervalMs : (to - from) / slices
  const first = slices === undefined ? from - (from % width) : from
  const starts = Array.from({ length: Math.ceil((to - first) / width) }, (_, index) => first + index * width)
  return starts.map((start) => [Math.max(start, from), Math.min(start + width, to)])
}

/** For each series its numbers by time, by its name. */
function rightSeries(asked: Asked, slices: number | undefined): Map<string, Map<number, number>> {
  const [column = 'bucket'] = asked.asks.by
  const series = new Map<string, Map<number, number>>()
  for (const [from, to] of windowsOf(asked.viewer, slices)) {
    for (const row of rightRows(asked, from, to)) {
      const name = row[column] === null ? 'more' : String(row[column] ?? '')
      series.set(name, (series.get(name) ?? new Map()).set(from, round(row.value)))
    }
  }
  return series
}

/** Compares each series with the right one, window by window. Of many, only the largest are shown. */
function isRightOverTime(asked: Asked, frames: readonly Frame[], slices: number | undefined): void {
  const right = rightSeries(asked, slices)
  const { limit = right.size } = asked.asks
  expect(frames).toHaveLength(Math.min(limit, right.size))
  const shown = frames.map(({ fields: [time, value] }) => {
    const [name = ''] = Object.values(value!.labels)
    const found = time!.values.map((moment, index): [number, number] => [moment as number, round(value!.values[index] as number)])
    expect(found, name).toEqual([...(right.get(name) ?? [])])
    return name
  })
  const totals = (isShown: boolean) =>
    [...right].filter(([name]) => shown.includes(name) === isShown).map(([, values]) => sum([...values.values()]))
  if (shown.length < right.size) expect(Math.min(...totals(true))).toBeGreaterThanOrEqual(Math.max(...totals(false)))
}

/** Compares the cells of a table of those who come back. */
function isRightByWeek(asked: Asked, frames: readonly Frame[]): void {
  const parts = frames.flatMap(({ fields }) => fields.filter(({ name }) => /^Week \d+$/.test(name)).flatMap(numbersOf))
  expect(largestFirst(parts.map(round))).toEqual(rightParts(asked))
}

/** Compares one number, or the numbers of rows. */
function isRightInAll(asked: Asked, frames: readonly Frame[]): void {
  const { asks, viewer } = asked
  const right = largestFirst(rightRows(asked, viewer.from, viewer.to).map(({ value }) => round(value)))
  const values = frames.flatMap(({ fields }) => numbersOf(fields.find(({ name }) => ['value', '_value', ''].includes(name)))).map(round)
  if (asks.shape === 'number') expect(values.length === 0 ? [0] : values).toEqual(right.length === 0 ? [0] : right)
  else expect(largestFirst(values)).toEqual(right.slice(0, asks.limit ?? MOST_ROWS))
}

/** Compares a panel's answer with the right one. @param slices of a heatmap that cuts the range into so many */
export function isRight(asked: Asked, frames: readonly Frame[], slices?: number): void {
  if (asked.asks.shape === 'series') isRightOverTime(asked, frames, slices)
  else if (asked.asks.shape === 'cohorts') isRightByWeek(asked, frames)
  else isRightInAll(asked, frames)
}
