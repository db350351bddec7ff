import type { Aggregate, Metric } from '@webwatch/events/metric.ts'
import { columnsOfRows, stagesOf } from '@webwatch/metrics'
import { UNKNOWN_COUNTRY } from '@webwatch/metrics/columns.ts'
import { MOST_ROWS } from '@webwatch/metrics/grafana/rows.ts'
import { evaluate, type StoredEvent } from '@webwatch/metrics/reference.ts'
import { expect } from 'vitest'
import type { PanelModel } from '../generate/grafana/model.ts'
import type { Asks } from '../generate/grafana/panel.ts'
import type { Viewer } from './fill.ts'
import { type Field, type Frame, fieldOf } from './frames.ts'

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

/** Totals of nothing are 0, and means, shares and percentiles are none. */
const ofNothing = ({ metric: { measure } }: Asks): number | null =>
  'take' in measure && !['mean', 'median', 'p75', 'p95', 'min', 'max'].includes(String(measure.take)) ? 0 : null

/** For each series its numbers in each window, by its name. */
function rightSeries(asked: Asked, windows: readonly [from: number, to: number][]): Map<string, (number | null)[]> {
  const [column = 'bucket'] = asked.asks.by
  const series = new Map<string, (number | null)[]>()
  for (const [place, [from, to]] of windows.entries()) {
    for (const row of rightRows(asked, from, to)) {
      const name = row[column] === null ? 'more' : String(row[column] ?? '')
      if (!series.has(name)) series.set(name, new Array(windows.length).fill(ofNothing(asked.asks)))
      series.get(name)![place] = round(row.value)
    }
  }
  return series
}

/** The times at which windows are drawn: Grafana draws cells to the left of theirs, and all as wide as the first two are apart. */
function timesOf({ asks, viewer }: Asked, windows: readonly [from: number, to: number][], slices: number | undefined): number[] {
  if (asks.shape !== 'cells') return windows.map(([from]) => from)
  const width = slices === undefined ? viewer.intervalMs : (viewer.to - viewer.from) / slices
  return windows.map(([, to], index) => (index < windows.length - 1 ? to : windows.at(-2)![1] + width))
}

/** Compares each series with the right one, window by window. Of many, only the largest are shown. */
function isRightOverTime(asked: Asked, frames: readonly Frame[], slices: number | undefined): void {
  const windows = windowsOf(asked.viewer, slices)
  const times = timesOf(asked, windows, slices)
  const right = rightSeries(asked, windows)
  const { limit = right.size } = asked.asks
  expect(frames).toHaveLength(Math.min(limit, right.size))
  const shown = frames.map(({ fields: [time, value] }) => {
    const [name = ''] = Object.values(value!.labels)
    expect(time!.values, name).toEqual(times)
    expect(
      value!.values.map((number) => (typeof number === 'number' ? round(number) : number)),
      name,
    ).toEqual(right.get(name))
    return name
  })
  const totals = (isShown: boolean) =>
    [...right].filter(([name]) => shown.includes(name) === isShown).map(([, values]) => sum(values.map(Number)))
  if (shown.length < right.size) expect(Math.min(...totals(true))).toBeGreaterThanOrEqual(Math.max(...totals(false)))
}

/** Compares the cells of a table of those who come back. */
function isRightByWeek(asked: Asked, frames: readonly Frame[]): void {
  const parts = frames.flatMap(({ fields }) => fields.filter(({ name }) => /^Week \d+$/.test(name)).flatMap(numbersOf))
  expect(largestFirst(parts.map(round))).toEqual(rightParts(asked))
}

/** Compares one number. */
function isRightInAll(asked: Asked, frames: readonly Frame[]): void {
  const right = rightRows(asked, asked.viewer.from, asked.viewer.to).map(({ value }) => round(value))
  const values = frames.flatMap(({ fields }) => fields.flatMap(numbersOf)).map(round)
  expect(values.length === 0 ? [0] : values).toEqual(right.length === 0 ? [0] : right)
}

/** The bars of a histogram: where each begins, and its number. Nothing is above a hundred percent. */
function rightBars(asked: Asked, { unit, measure }: Metric): [from: number, value: number][] {
  const { histogram } = (measure as Aggregate).take as { histogram: readonly number[] }
  const found = new Map(rightRows(asked, asked.viewer.from, asked.viewer.to).map(({ bucket, value }) => [bucket, value]))
  if (found.size === 0) return []
  const bounds = unit === 'percent' ? histogram : [...histogram, null]
  return bounds.map((bound) => [bound === null ? histogram.at(-1)! : bound - histogram[0]!, found.get(bound) ?? 0])
}

/** Which of the numbers are shown: the largest; of countries all that have a place on a map, or the largest beside that of the unknown one. */
function shownOf(shape: Asks['shape'], right: ReadonlyMap<string, number>, limit: number): readonly number[] {
  const isUnknown = (about: string) => about === JSON.stringify([UNKNOWN_COUNTRY])
  const numbers = (isWanted: (about: string) => boolean) => [...right].filter(([about]) => isWanted(about)).map(([, value]) => value)
  if (shape === 'rows') return largestFirst(numbers(() => true)).slice(0, limit)
  const known = largestFirst(numbers((about) => !isUnknown(about)))
  return shape === 'places' ? known : [...known.slice(0, limit - 1), ...numbers(isUnknown)]
}

/** Compares rows, each by what it is about and its number: the largest, in their order; stages and bars all, in theirs. */
function isRightByRow(asked: Asked, [frame]: readonly Frame[]): void {
  const { metric, by, limit = MOST_ROWS } = asked.asks
  const values = (fieldOf(frame, 'value')?.values ?? []).map((value) => round(Number(value)))
  if (fieldOf(frame, 'xMin')) {
    expect(values.map((value, row) => [fieldOf(frame, 'xMin')!.values[row], value])).toEqual(rightBars(asked, metric))
    return
  }
  const columns = columnsOfRows(metric, by)
  const found = values.map((value, row) => [JSON.stringify(columns.map((name) => fieldOf(frame, name)!.values[row])), value] as const)
  const rows = rightRows(asked, asked.viewer.from, asked.viewer.to)
  const right = new Map(rows.map((row) => [JSON.stringify(columns.map((name) => row[name])), round(row.value)]))
  const stages = stagesOf(metric).map((name) => JSON.stringify([name]))
  if (stages.length > 0) {
    expect(found).toEqual(stages.map((stage) => [stage, right.get(stage) ?? 0]))
    return
  }
  expect(values).toEqual(largestFirst(shownOf(asked.asks.shape, right, limit)))
  // Of equal ones any may be the last.
  expect(found).toEqual(found.map(([about]) => [about, right.get(about)]))
  expect(new Set(found.map(([about]) => about)).size).toBe(found.length)
}

/** Heatmaps of bins cut the range into as many slices as their query says. */
export const slicesOf = ({ targets }: PanelModel): number | undefined => {
  const told = /^\w+ = \(int\(v: v\.timeRangeStop\) - .* \/ (\d+)$/m.exec(targets[0]!.query)?.[1]
  return told === undefined ? undefined : Number(told)
}

/** Compares a panel's answer with the right one. @param slices of a heatmap that cuts the range into so many */
export function isRight(asked: Asked, frames: readonly Frame[], slices?: number): void {
  if (asked.asks.shape === 'series' || asked.asks.shape === 'cells') isRightOverTime(asked, frames, slices)
  else if (asked.asks.shape === 'cohorts') isRightByWeek(asked, frames)
  else if (asked.asks.shape === 'number') isRightInAll(asked, frames)
  else isRightByRow(asked, frames)
}
