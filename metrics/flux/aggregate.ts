import type { Aggregate, Each, Limit, Take } from '@webwatch/events/metric.ts'
import { columnOf, isTag } from '../columns.ts'
import { outlivesEvents, textsOf } from '../query.ts'
import { COUNTED, finished, groupedRows, keep, rawColumns, read, readHours, readView, windowColumns, windowStep } from './rows.ts'
import { define, float, groupBy, list, quote, type Script, union } from './script.ts'

/** Rows that are ready to be counted or averaged: the variable, and the columns that its tables are grouped by. */
interface Prepared {
  readonly rows: string
  readonly by: readonly string[]
}

const quantiles = { median: 0.5, p75: 0.75, p95: 0.95 } as const

/** Counting by what is no tag, or by what must be tested first, needs the rows; all other counts are left to storage. */
function isPlainCount(script: Script, { of, each, take }: Aggregate, by: readonly string[]): boolean {
  const asked = [...by, ...Object.keys(script.frame.fieldFilters ?? {})]
  const isPlain = ({ types, where = [] }: Aggregate['of'][number]) =>
    where.every((test) => 'is' in test) &&
    [...asked, ...where.map(({ column }) => column)].every((column) => types.every((type) => columnOf(type, column).kind === 'tag'))
  return take === 'count' && !each && of.every(isPlain)
}

/** Sums in each window. Storage groups, and one function makes the windows: of tables for each series and window there are as many as events. */
function sumSteps({ frame }: Script, by: readonly string[]): string[] {
  if (frame.window === undefined) return [groupBy(by), 'sum()']
  return [
    groupBy(by),
    `aggregateWindow(${frame.window}, fn: sum, createEmpty: false, timeSrc: "_start")`,
    'drop(columns: ["_start", "_stop"])',
    'rename(columns: {_time: "_start"})',
    groupBy([...by, '_start']),
  ]
}

function plainCount(script: Script, measure: Aggregate, by: readonly string[]): string {
  const { of } = measure
  const outlives = script.frame.hours && outlivesEvents(measure, by)
  const keys = [...by, ...windowColumns(script)]
  const parts = of.map((source) => {
    const tests = (source.where ?? []).flatMap((test) => ('is' in test ? [`r[${quote(test.column)}] == ${quote(String(test.is))}`] : []))
    const events = read(script, source, ['count'], tests)
    const counted = sumSteps(script, by)
    const fresh = define(script, [...events, ...counted])
    if (!outlives) return fresh
    const eventsBefore = read({ ...script, frame: { ...script.frame, stop: 'before' } }, source, ['count'], tests)
    return withHours(script, { fresh, eventsBefore, hours: readHours(script, source, tests), counted, keys })
  })
  if (parts.length === 1) return parts[0]!
  return define(script, [union(parts), groupBy(keys), 'sum()'])
}

/**
 * Counts of events, and those per hour of events that have gone: all hours before the one in which the oldest event that is left lies. Events go by whole
 * hours, so nothing counts twice. Functions, because a part that is not needed must not run.
 */
function withHours(
  script: Script,
  {
    fresh,
    eventsBefore,
    hours,
    counted,
    keys,
  }: Record<'eventsBefore' | 'hours' | 'counted' | 'keys', readonly string[]> & { fresh: string },
): string {
  const { start, stop } = script.frame
  script.imports.add('date')
  const steps = (lines: readonly string[]) => lines.join('\n    |> ')
  // Most often the first hour of the range has an event, which is found in a fraction of the time.
  const firstHour = `date.add(d: 1h, to: date.truncate(t: ${start}, unit: 1h))`
  const both = define(script, [
    `() => {
  earliest = (before) => ${steps([...eventsBefore, 'group()', 'first()', 'findColumn(fn: (key) => true, column: "_time")'])}
  early = earliest(before: ${firstHour})
  oldest = if length(arr: early) > 0 then early else earliest(before: ${stop})
  until = if length(arr: oldest) > 0 then date.truncate(t: oldest[0], unit: 1h) else ${stop}
  gone = ${steps([...hours, ...counted])}
  return if until > ${start} then union(tables: [${fresh}, gone]) |> ${groupBy(keys)} |> sum() else ${fresh}
}`,
  ])
  return define(script, [`if ${script.frame.hours!.when} then ${both}() else ${fresh}`])
}

/** One row for each entity, in `_value` or in the column that the measure names. */
function eachRows(script: Script, { of }: Aggregate, each: Each, by: readonly string[]): Prepared {
  const keys = [...by, ...windowColumns(script)]
  if (each.keep === 'span') return spans(script, of, each.entity, by)
  // Sorting and keeping the first of each beats a table for each: there are as many tables as page views.
  if (each.keep === 'max') {
    const rows = groupedRows(script, of, { by, columns: [each.entity], value: true })
    const largest = define(script, [rows, 'sort(columns: ["_value"], desc: true)', `unique(column: ${quote(each.entity)})`])
    return { rows: readyOr(script, each.summary, by, largest), by: keys }
  }
  return { rows: chosenRows(script, of, each, by), by: [...keys, each.as] }
}

/** What is kept ready of page views where the frame wants it, else the rows that are made of events. Flux computes only the one that is chosen. */
function readyOr(script: Script, field: string, by: readonly string[], rows: string): string {
  const { summaries, fieldFilters = {} } = script.frame
  if (!summaries || !by.every(isTag) || Object.keys(fieldFilters).length > 0) return rows
  const ready = define(script, [
    ...readView(script, summaries.bucket, field),
    groupBy(by),
    keep(['_time', ...by, '_value']),
    ...windowStep(script),
  ])
  return define(script, [`if ${summaries.when} then ${ready} else ${rows}`])
}

/** The number of entities by a column of their first or last event. */
function chosenRows(script: Script, of: Aggregate['of'], each: Extract<Each, { as: string }>, by: readonly string[]): string {
  const type = of[0]!.types[0]!
  const raw = rawColumns(type, [each.column])
  const rows = groupedRows(script, of, { by, columns: [each.entity, ...raw], value: false, raw: true })
  const first = [`sort(columns: ["_time"], desc: ${each.keep === 'last'})`, `unique(column: ${quote(each.entity)})`]
  const keys = [...by, ...windowColumns(script)]
  const counting = { type, count: each.entity, raw: [...keys, ...raw], columns: [each.column], keys: [...keys, each.column] }
  return countBy(script, [rows, ...first], counting, [
    ...(each.as === each.column ? [] : [`rename(columns: {${each.column}: ${quote(each.as)}})`]),
  ])
}

/** What is counted: rows of a type, by their column `count`, by columns as storage gives them, and by what is made of these. */
interface Counting {
  readonly type: string
  readonly count: string
  readonly raw: readonly string[]
  readonly columns: readonly string[]
  readonly keys: readonly string[]
}

/** Counts by columns as storage gives them, and only then makes of them what the definitions want. */
function countBy(
  script: Script,
  rows: readonly string[],
  { type, count, raw, columns, keys }: Counting,
  after: readonly string[] = [],
): string {
  const counts = [groupBy(raw), ...counted(count)]
  const finishing = finished(script, type, columns)
  return define(script, [...rows, ...counts, ...(finishing.length > 0 ? [...finishing, groupBy(keys), 'sum()'] : []), ...after])
}

/** Seconds between two events of an entity. */
function spans(script: Script, of: Aggregate['of'], entity: string, by: readonly string[]): Prepared {
  const keys = [...by, ...windowColumns(script)]
  const end = (index: number, desc: boolean) => {
    const rows = groupedRows(script, [of[index]!], { by, columns: [entity], value: false })
    return define(script, [rows, `sort(columns: ["_time"], desc: ${desc})`, `unique(column: ${quote(entity)})`])
  }
  const both = define(script, [
    union([`${end(0, false)} |> set(key: "end", value: "first")`, `${end(1, true)} |> set(key: "end", value: "last")`]),
    groupBy(keys),
    // A join takes several times as long.
    `pivot(rowKey: ${list([entity])}, columnKey: ["end"], valueColumn: "_time")`,
    'filter(fn: (r) => exists r.first and exists r.last)',
  ])
  const span = 'map(fn: (r) => ({r with _value: float(v: int(v: r.last) / 1000000 - int(v: r.first) / 1000000) / 1000.0}))'
  return { rows: define(script, [both, span, 'filter(fn: (r) => r._value >= 0.0)']), by: keys }
}

const counted = (column: string): string[] => [
  `count(column: ${quote(column)})`,
  ...(column === '_value' ? [] : [`rename(columns: {${quote(column)}: "_value"})`]),
]

function takeOf(script: Script, take: Take, { rows, by }: Prepared): string {
  if (typeof take === 'string') {
    if (take === 'median' || take === 'p75' || take === 'p95')
      return define(script, [rows, `quantile(q: ${quantiles[take]}, method: "exact_mean")`])
    return define(script, [rows, `${take}()`])
  }
  if ('distinct' in take) return define(script, [rows, `distinct(column: ${quote(take.distinct)})`, 'count()'])
  if ('once' in take) return onceOf(script, take.once, { rows, by })
  if ('share' in take) return shareOf(script, take.share, { rows, by })
  if ('reach' in take) return reachOf(script, take.reach, { rows, by })
  script.imports.add('math')
  const bins = [float(take.histogram[0]! - 1e9), ...take.histogram.map(float), 'math.mInf(sign: 1)']
  // The counts of a histogram include those of the bins before.
  const steps = [
    `histogram(bins: [${bins.join(', ')}])`,
    'difference()',
    ...(script.frame.emptyBins ? [] : ['filter(fn: (r) => r._value > 0.0)']),
    'rename(columns: {le: "bucket"})',
  ]
  return define(script, [rows, ...steps, groupBy([...by, 'bucket'])])
}

/**
 * The part of texts that only one row has. The first and the last row of a text are the same one then, so of all texts, S, with R different rows
 * among their first and last ones, 2 S - R have only one. A table for each text would take several times as long.
 */
function onceOf(script: Script, column: string, { rows, by }: Prepared): string {
  const ordered = define(script, [rows, 'sort(columns: ["_time"])'])
  const first = define(script, [ordered, `unique(column: ${quote(column)})`])
  const last = define(script, [ordered, 'sort(columns: ["_time"], desc: true)', `unique(column: ${quote(column)})`])
  const numbered = (steps: readonly string[]) => define(script, [...steps, ...counted(column)])
  const different = numbered([union([first, last]), groupBy(by), 'unique(column: "_time")'])
  const share = quotient(script, different, numbered([first]), by)
  return define(script, [share, 'map(fn: (r) => ({r with _value: 2.0 - r._value}))'])
}

/** For bounds, the part of rows whose value is at most each, in the columns `le` and `_value`. */
function partsUpTo(script: Script, rows: string, bounds: readonly number[]): string[] {
  script.imports.add('math')
  return [rows, `histogram(bins: [${[...bounds.map(float), 'math.mInf(sign: 1)'].join(', ')}], normalize: true)`]
}

/** The part of rows whose value passes, in each table. */
function shareOf(script: Script, limit: Limit, { rows, by }: Prepared): string {
  const bound = 'above' in limit ? limit.above : limit.atMost
  const part = 'above' in limit ? '1.0 - r._value' : 'r._value'
  const steps = [`filter(fn: (r) => r.le == ${float(bound)})`, `map(fn: (r) => ({r with _value: ${part}}))`]
  return define(script, [...partsUpTo(script, rows, [bound]), ...steps, groupBy(by)])
}

/** For each bound the part of rows whose value is not below it. */
function reachOf(script: Script, bounds: readonly number[], { rows, by }: Prepared): string {
  const marks = bounds.map((bound) => `if r.le < ${float(bound)} then ${float(bound)} else `).join('')
  const steps = [
    `filter(fn: (r) => r.le < ${float(bounds.at(-1)!)})`,
    `map(fn: (r) => ({r with bucket: ${marks}r.le, _value: 1.0 - r._value}))`,
  ]
  return define(script, [...partsUpTo(script, rows, bounds.map(justBelow)), ...steps, groupBy([...by, 'bucket'])])
}

/** The largest number of 64 bits that is less. */
function justBelow(bound: number): number {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, bound)
  bits.setBigUint64(0, bits.getBigUint64(0) - 1n)
  return bits.getFloat64(0)
}

/** One number over another wherever the second is there and not 0; a first that is missing is 0. */
export function quotient(script: Script, part: string, whole: string, by: readonly string[]): string {
  const labelled = (rows: string, name: string) =>
    `${rows} |> toFloat() |> set(key: "part", value: "${name}") |> keep(columns: ${list([...by, 'part', '_value'])})`
  return define(script, [
    union([labelled(part, 'part'), labelled(whole, 'whole')]),
    'group()',
    'map(fn: (r) => ({r with quotient: "all"}))',
    `pivot(rowKey: ${list(['quotient', ...by])}, columnKey: ["part"], valueColumn: "_value")`,
    'filter(fn: (r) => exists r.whole and r.whole > 0.0)',
    'map(fn: (r) => ({r with _value: (if exists r.part then r.part else 0.0) / r.whole}))',
    groupBy(by),
  ])
}

function rowCount(script: Script, of: Aggregate['of'], by: readonly string[]): string {
  const type = of[0]!.types[0]!
  const raw = rawColumns(type, by)
  const rows = groupedRows(script, of, { by: raw, columns: [], value: false, raw: true })
  const windows = windowColumns(script)
  return countBy(script, [rows], { type, count: COUNTED, raw: [...raw, ...windows], columns: by, keys: [...by, ...windows] })
}

/** One number for each value of the columns and each window; gives the columns that its tables are grouped by, too. */
export function aggregate(script: Script, measure: Aggregate): Prepared {
  const { of, each, take } = measure
  const by = [...new Set([...(measure.by ?? []), ...(script.frame.by ?? [])])]
  const keys = [...by, ...windowColumns(script)]
  if (isPlainCount(script, measure, by)) return { rows: plainCount(script, measure, by), by: keys }
  if (each && 'as' in each) return eachRows(script, measure, each, by)
  if (each) {
    const prepared = eachRows(script, measure, each, by)
    return { rows: takeOf(script, take, prepared), by: prepared.by }
  }
  if (take === 'count') return { rows: rowCount(script, of, by), by: keys }
  const texts = textsOf(take)
  const rows = groupedRows(script, of, { by, columns: texts, value: texts.length === 0 })
  return { rows: takeOf(script, take, { rows, by: keys }), by: keys }
}
