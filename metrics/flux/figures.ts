import type { Figure } from '../health.ts'
import { type FluxFrame, groupBy, list, quote } from './script.ts'

/*
 * Figures are numbers that stand ready in InfluxDB: what collectors tell of themselves, and losses per minute. They are declared in metrics/health.ts.
 */

const pipeline = ({ imports = [] }: FluxFrame, steps: readonly string[]): string =>
  `${[...imports.map((name) => `import ${quote(name)}`), steps.join('\n  |> ')].join('\n')}\n`

const read = ({ bucket, start, stop, filters = [] }: FluxFrame, measurement: string, ...conditions: string[]): string[] => [
  `from(bucket: ${bucket})`,
  `range(start: ${start}, stop: ${stop})`,
  `filter(fn: (r) => ${[`r._measurement == ${quote(measurement)}`, ...conditions, ...filters].join(' and ')})`,
]

const readFigure = (frame: FluxFrame, { measurement, field }: Figure): string[] => read(frame, measurement, `r._field == ${quote(field)}`)

const windows = ({ window = '' }: FluxFrame, fn: string, createEmpty = false): string =>
  `aggregateWindow(${window}, fn: ${fn}, createEmpty: ${createEmpty}, timeSrc: "_start")`

/** How a figure of one collector becomes one number, and those of all together: increases are added up, of levels each collector's is taken, of times the mean. */
const together: Record<Figure['kind'], { windowed: string; whole: string; all: string }> = {
  increase: { windowed: 'sum', whole: 'sum', all: 'sum' },
  level: { windowed: 'max', whole: 'last', all: 'sum' },
  mean: { windowed: 'mean', whole: '', all: 'mean' },
}

const allOf = ({ kind, together: worst }: Figure): string => worst ?? together[kind].all

/** A figure over time, one series for each value of its columns, with a row for each window. @param name of the series, in the column `figure` */
export function figureSeries(figure: Figure, frame: FluxFrame, name?: string): string {
  const { windowed } = together[figure.kind]
  const by = figure.by ?? []
  return pipeline(frame, [
    ...readFigure(frame, figure),
    // Windows first, of each collector alone: that is what storage does by itself.
    windows(frame, windowed),
    groupBy([...by, '_time']),
    `${allOf(figure)}()`,
    groupBy(by),
    // A line ends where nobody has told anything.
    `range(start: ${frame.start}, stop: ${frame.stop})`,
    windows(frame, 'sum', true),
    'drop(columns: ["_start", "_stop"])',
    ...(name === undefined ? [] : [`set(key: "figure", value: ${quote(name)})`]),
  ])
}

/** A figure as one number. */
export function figureNumber(figure: Figure, frame: FluxFrame): string {
  const { whole } = together[figure.kind]
  const ofEach = whole === '' ? [] : [`${whole}()`]
  return pipeline(frame, [...readFigure(frame, figure), ...ofEach, 'group()', `${allOf(figure)}()`, 'keep(columns: ["_value"])'])
}

/** A figure as rows with its columns and `value`, the largest first. */
export function figureRows(figure: Figure, frame: FluxFrame): string {
  const by = figure.by ?? []
  return pipeline(frame, [
    ...readFigure(frame, figure),
    groupBy(by),
    `${allOf(figure)}()`,
    'group()',
    'rename(columns: {_value: "value"})',
    `keep(columns: ${list([...by, 'value'])})`,
    'sort(columns: ["value"], desc: true)',
  ])
}

/** Sums of all fields of a measurement side by side, for each value of a column, or each window of it. */
function sumsOf(measurement: string, frame: FluxFrame, by: string): string[] {
  const timed = frame.window !== undefined
  const columns = [...(timed ? ['_time'] : []), by]
  return [
    ...read(frame, measurement),
    ...(timed ? [windows(frame, 'sum')] : []),
    groupBy([...columns, '_field']),
    'sum()',
    groupBy(timed ? [by] : []),
    `pivot(rowKey: ${list(timed ? ['_time'] : columns)}, columnKey: ["_field"], valueColumn: "_value")`,
  ]
}

/** Which part one sum is of another, where the other is more than 0: with a window over time by that column, else one number. */
export function figureShare(
  { measurement, part, whole, by }: { measurement: string; part: string; whole: string; by: string },
  frame: FluxFrame,
): string {
  const value = `(if exists r.${part} then r.${part} else 0.0) / r.${whole}`
  const share = [`filter(fn: (r) => exists r.${whole} and r.${whole} > 0.0)`, `map(fn: (r) => ({r with _value: ${value}}))`]
  if (frame.window !== undefined)
    return pipeline(frame, [...sumsOf(measurement, frame, by), ...share, `keep(columns: ${list(['_time', '_value', by])})`])
  const one = [
    'group(columns: ["_field"])',
    'sum()',
    'group()',
    'map(fn: (r) => ({r with row: "all"}))',
    'pivot(rowKey: ["row"], columnKey: ["_field"], valueColumn: "_value")',
  ]
  return pipeline(frame, [...read(frame, measurement), ...one, ...share, 'keep(columns: ["_value"])'])
}

/** Sums of fields as columns, a row for each value of a column. */
export const figureTable = (measurement: string, by: string, fields: readonly string[], frame: FluxFrame): string =>
  pipeline(frame, [...sumsOf(measurement, frame, by), `keep(columns: ${list([by, ...fields])})`])

/** Texts with their moments: what dashboards mark in time. Empty ones stay in storage, since one among others may be lost (`leaveEmpty`). */
export const marks = (measurement: string, frame: FluxFrame): string =>
  pipeline(frame, [
    ...read(frame, measurement, 'r._field == "text"', 'r._value != ""'),
    'group()',
    'keep(columns: ["_time", "_value"])',
    'sort(columns: ["_time"])',
  ])
