import type { Funnel, FunnelStep, Ledger, Metric, Retention } from '@webwatch/events/metric.ts'
import { columnsOfRows } from '../query.ts'
import { aggregate, quotient } from './aggregate.ts'
import { groupedRows, keep, windowColumns, windowStep } from './rows.ts'
import { define, type FluxFrame, float, give, groupBy, list, newScript, quote, type Script, textOf, union } from './script.ts'

/** Rows of several numbers in one, told apart by `stage`. */
function staged(script: Script, parts: readonly { name: string; rows: string }[]): string {
  const labelled = parts.map(({ name, rows }) => define(script, [rows, 'toFloat()', `set(key: "stage", value: ${quote(name)})`]))
  return define(script, [union(labelled)])
}

/**
 * Gives each entity the number of steps that it got through. An event that fits two steps appears twice at one moment, the later step first,
 * so that it cannot complete both.
 */
function funnel(script: Script, measure: Funnel): string {
  const steps: readonly FunnelStep[] = measure.steps ?? script.frame.steps ?? []
  const by = script.frame.by ?? []
  const keys = [...by, ...windowColumns(script)]
  const parts = steps.map(({ of }, index) => {
    const rows = groupedRows(script, [of], { by, columns: [measure.funnel], value: false })
    return define(script, [rows, `map(fn: (r) => ({r with order: ${-index - 1}}))`])
  })
  const levels = define(script, [
    union(parts),
    groupBy([...keys, measure.funnel]),
    'sort(columns: ["_time", "order"])',
    'reduce(identity: {level: 0}, fn: (r, accumulator) => ({level: if r.order == -1 - accumulator.level then accumulator.level + 1 else accumulator.level}))',
    groupBy(keys),
  ])
  return staged(
    script,
    steps.map(({ name }, index) => ({
      name,
      rows: define(script, [
        levels,
        `filter(fn: (r) => r.level >= ${index + 1})`,
        'count(column: "level")',
        'rename(columns: {level: "_value"})',
      ]),
    })),
  )
}

function retention(script: Script, measure: Retention): string {
  const by = script.frame.by ?? []
  const weekly: Script = { ...script, frame: { ...script.frame, window: script.frame.weeks ?? 'every: 1w, offset: 4d' } }
  const rows = groupedRows(weekly, [measure.of], { by, columns: [measure.retention], value: false })
  const seen = define(script, [rows, `unique(column: ${quote(measure.retention)})`, groupBy(by)])
  const columns = [...by, measure.retention, '_start']
  const first = define(script, [
    seen,
    'sort(columns: ["_start"])',
    `unique(column: ${quote(measure.retention)})`,
    'duplicate(column: "_start", as: "cohort")',
    `keep(columns: ${list([...columns, 'cohort'])})`,
    'set(key: "row", value: "first")',
  ])
  const later = define(script, [seen, `keep(columns: ${list(columns)})`, 'set(key: "row", value: "seen")'])
  // Each first row hands its week down to the rows of its visitor, which follow it: a join takes many times as long.
  return define(script, [
    union([first, later]),
    groupBy(by),
    `sort(columns: ${list([measure.retention, 'row'])})`,
    'fill(column: "cohort", usePrevious: true)',
    'filter(fn: (r) => r.row == "seen")',
    groupBy([...by, 'cohort', '_start']),
    `count(column: ${quote(measure.retention)})`,
    `rename(columns: {${measure.retention}: "_value"})`,
  ])
}

/** The first half of a UUIDv7 of the moment at which the range begins; ids of page views that began in the range are not less. */
const firstPage = (start: string): string => `(() => {
  digits = "0" + hex.string(v: int(v: ${start}) / 1000000)
  return strings.substring(v: digits, start: 0, end: 8) + "-" + strings.substring(v: digits, start: 8, end: 12)
})()`

const withoutWindow = ({ window: _window, ...frame }: FluxFrame): FluxFrame => frame

/** What is counted of the numbers of events, each a sum over the rows that it names, times a weight. */
type Sum = readonly (readonly [rows: string, weight: number])[]

/**
 * Numbers of events within their page view: what lies between two that follow each other is missing, and one that does not go on is doubled. All page
 * views stand in one table, since a table for each takes ten times as long; so the first row of each has the step from another one's last
 * number, and what that says is taken off again.
 */
function ledger(script: Script, measure: Ledger): string {
  for (const name of ['contrib/bonitoo-io/hex', 'strings']) script.imports.add(name)
  const by = script.frame.by ?? []
  const keys = [...by, ...windowColumns(script)]
  const unwindowed: Script = { ...script, frame: withoutWindow(script.frame) }
  const steps = define(script, [
    groupedRows(unwindowed, [measure.ledger], { by, columns: ['page'], value: true }),
    'duplicate(column: "_value", as: "number")',
    'sort(columns: ["page", "_value", "_time"])',
    'difference(keepFirst: true)',
    'fill(value: 0.0)',
  ])
  const firsts = define(script, [steps, 'unique(column: "page")'])
  const since = define(script, [firstPage(script.frame.start)])
  const own = `map(fn: (r) => ({r with _value: (if r.page >= ${since} then r.number + 1.0 else 1.0) - r._value}))`
  const slim = keep(['_time', ...by, '_value'])
  const inWindows = (...rows: string[]) => define(script, [...rows, slim, ...windowStep(script)])
  const counted = (...rows: string[]) => define(script, [...rows, 'count()', 'toFloat()'])
  const still = 'filter(fn: (r) => r._value == 0.0)'
  const [events, begun] = [inWindows(steps), inWindows(firsts)]

  const captured: Sum = [
    [define(script, [events, 'sum()']), 1],
    [define(script, [inWindows(firsts, own), 'sum()']), 1],
  ]
  const doubled: Sum = [
    [counted(events, still), 1],
    [counted(begun, still), -1],
  ]
  const all = counted(events)
  const times = (sum: Sum, weight: number): Sum => sum.map(([rows, own]) => [rows, own * weight])
  const stored: Sum = [[all, 1], ...times(doubled, -1)]
  const stages: readonly (readonly [name: string, sum: Sum])[] = [
    ['captured', captured],
    ['stored', stored],
    ['missing', [...captured, ...times(stored, -1)]],
    ['doubled', [[all, 0], ...doubled]],
  ]
  const weighed = ([rows, weight]: Sum[number]) =>
    weight === 1 ? rows : define(script, [rows, `map(fn: (r) => ({r with _value: ${float(weight)} * r._value}))`])
  return staged(
    script,
    stages.map(([name, sum]) => ({ name, rows: define(script, [union(sum.map(weighed)), groupBy(keys), 'sum()']) })),
  )
}

function rowsOf(script: Script, { measure }: Metric): string {
  if ('take' in measure) return aggregate(script, measure).rows
  if ('ratio' in measure) {
    const whole = aggregate(script, measure.over)
    return quotient(script, aggregate(script, measure.ratio).rows, whole.rows, whole.by)
  }
  if ('stages' in measure)
    return staged(
      script,
      measure.stages.map(({ name, measure: part }) => ({ name, rows: aggregate(script, part).rows })),
    )
  if ('funnel' in measure) return funnel(script, measure)
  return 'retention' in measure ? retention(script, measure) : ledger(script, measure)
}

/**
 * Steps that give the rows of a metric. They have the columns of `columnsOfRows`, `_value`, and with a window `_time`, its first moment: one table for
 * each series when there are windows, else one table of all.
 */
export function rowsSteps(script: Script, metric: Metric): string[] {
  const { frame } = script
  const columns = columnsOfRows(metric, frame.by ?? [])
  const timed = frame.window !== undefined || 'retention' in metric.measure
  return [
    rowsOf(script, metric),
    'toFloat()',
    ...(timed ? ['duplicate(column: "_start", as: "_time")'] : []),
    `keep(columns: ${list([...(timed ? ['_time'] : []), ...columns, '_value'])})`,
    groupBy(timed ? columns : []),
    ...(timed ? ['sort(columns: ["_time"])'] : []),
    ...(frame.limit === undefined ? [] : ['sort(columns: ["_value"], desc: true)', `limit(n: ${frame.limit})`]),
  ]
}

/** The Flux text of a metric, with the rows of `rowsSteps`. */
export function fluxOf(metric: Metric, frame: FluxFrame): string {
  const script = newScript(frame)
  give(script, rowsSteps(script, metric))
  return textOf(script)
}
