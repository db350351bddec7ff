import type { Aggregate, Each, Limit, Take } from '@webwatch/events/metric.ts'
import { columnOf } from '../columns.ts'
import { COUNTED, finished, groupedRows, rawColumns, read, windowColumns, windowStep } from './rows.ts'
import { define, float, groupBy, list, quote, type Script, union } from './script.ts'

/** Rows that are ready to be counted or averaged: the variable, and the columns that its tables are grouped by. */
interface Prepared {
  readonly rows: string
  readonly by: readonly string[]
}

const quantiles = { median: 0.5, p75: 0.75, p95: 0.95 } as const

function passes({ atLeast, atMost, above }: Limit): string {
  const tests = [
    atLeast === undefined ? '' : `r._value >= ${float(atLeast)}`,
    atMost === undefined ? '' : `r._value <= ${float(atMost)}`,
    above === undefined ? '' : `r._value > ${float(above)}`,
  ]
  return `filter(fn: (r) => ${tests.filter(Boolean).join(' and ')})`
}

/** Counting by what is no tag, or by what must be tested first, needs the rows; all other counts are left to storage. */
function isPlainCount(script: Script, { of, each, take }: Aggregate, by: readonly string[]): boolean {
  const asked = [...by, ...Object.keys(script.frame.fieldFilters ?? {})]
  const isPlain = ({ types, where = [] }: Aggregate['of'][number]) =>
    where.every((test) => 'is' in test) &&
    [...asked, ...where.map(({ column }) => column)].every((column) => types.every((type) => columnOf(type, column).kind === 'tag'))
  return take === 'count' && !each && of.every(isPlain)
}

function plainCount(script: Script, { of }: Aggregate, by: readonly string[]): string {
  const keys = [...by, ...windowColumns(script)]
  const parts = of.map((source) => {
    const conditions = (source.where ?? []).flatMap((test) =>
      'is' in test ? [`r[${quote(test.column)}] == ${quote(String(test.is))}`] : [],
    )
    const counted = script.frame.window === undefined ? [] : [...windowStep(script), 'sum()']
    return define(script, [...read(script, source, ['count'], conditions), ...counted, groupBy(keys), 'sum()'])
  })
  if (parts.length === 1) return parts[0]!
  return define(script, [union(parts), groupBy(keys), 'sum()'])
}

/** One row for each entity, in `_value` or in the column that the measure names. */
function eachRows(script: Script, { of }: Aggregate, each: Each, by: readonly string[]): Prepared {
  const keys = [...by, ...windowColumns(script)]
  if (each.keep === 'span') return spans(script, of, each.entity, by)
  if (each.keep === 'count') {
    const rows = groupedRows(script, of, { by, columns: [each.entity], value: false })
    const steps = [
      groupBy([...keys, each.entity]),
      `count(column: ${quote(COUNTED)})`,
      `rename(columns: {${COUNTED}: "_value"})`,
      'toFloat()',
    ]
    return { rows: define(script, [rows, ...steps, groupBy(keys)]), by: keys }
  }
  // Sorting and keeping the first of each beats a table for each: there are as many tables as page views.
  if (each.keep === 'max') {
    const rows = groupedRows(script, of, { by, columns: [each.entity], value: true })
    return { rows: define(script, [rows, 'sort(columns: ["_value"], desc: true)', `unique(column: ${quote(each.entity)})`]), by: keys }
  }
  return { rows: chosenRows(script, of, each, by), by: [...keys, each.as] }
}

/** The number of entities by a column of their first or last event. */
function chosenRows(script: Script, of: Aggregate['of'], each: Extract<Each, { as: string }>, by: readonly string[]): string {
  const type = of[0]!.types[0]!
  const raw = rawColumns(type, [each.column])
  const rows = groupedRows(script, of, { by, columns: [each.entity, ...raw], value: false, raw: true })
  const first = [`sort(columns: ["_time"], desc: ${each.keep === 'last'})`, `unique(column: ${quote(each.entity)})`]
  const keys = [...by, ...windowColumns(script)]
  return countBy(script, [rows, ...first], { type, raw: [...keys, ...raw], columns: [each.column], keys: [...keys, each.column] }, [
    ...(each.as === each.column ? [] : [`rename(columns: {${each.column}: ${quote(each.as)}})`]),
  ])
}

/** Counts by columns as storage gives them, and only then makes of them what the definitions want. */
function countBy(
  script: Script,
  rows: readonly string[],
  { type, raw, columns, keys }: { type: string; raw: readonly string[]; columns: readonly string[]; keys: readonly string[] },
  after: readonly string[] = [],
): string {
  const counts = [groupBy(raw), `count(column: ${quote(COUNTED)})`, `rename(columns: {${quote(COUNTED)}: "_value"})`]
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
  const joined = define(script, [`join(tables: {a: ${end(0, false)}, b: ${end(1, true)}}, on: ${list([...keys, entity])})`])
  const span = 'map(fn: (r) => ({r with _value: float(v: int(v: r._time_b) / 1000000 - int(v: r._time_a) / 1000000) / 1000.0}))'
  return { rows: define(script, [joined, span, 'filter(fn: (r) => r._value >= 0.0)', groupBy(keys)]), by: keys }
}

const counted = (rows: string, column: string): string[] => [
  rows,
  `count(column: ${quote(column)})`,
  ...(column === '_value' ? [] : [`rename(columns: {${quote(column)}: "_value"})`]),
]

function takeOf(script: Script, take: Take, { rows, by }: Prepared): string {
  if (typeof take === 'string') {
    if (take === 'median' || take === 'p75' || take === 'p95')
      return define(script, [rows, `quantile(q: ${quantiles[take]}, method: "exact_mean")`])
    return define(script, take === 'count' ? counted(rows, COUNTED) : [rows, `${take}()`])
  }
  if ('distinct' in take) return define(script, [rows, `distinct(column: ${quote(take.distinct)})`, 'count()'])
  if ('share' in take) return shareOf(script, { rows, by }, take.share)
  if ('reach' in take) {
    const parts = take.reach.map((bound) => {
      const part = shareOf(script, { rows, by }, { atLeast: bound })
      return define(script, [part, `map(fn: (r) => ({r with bucket: ${float(bound)}}))`])
    })
    return define(script, [union(parts), groupBy([...by, 'bucket'])])
  }
  script.imports.add('math')
  const bins = [float(take.histogram[0]! - 1e9), ...take.histogram.map(float), 'math.mInf(sign: 1)']
  // The counts of a histogram include those of the bins before.
  const steps = [
    `histogram(bins: [${bins.join(', ')}])`,
    'difference()',
    'filter(fn: (r) => r._value > 0.0)',
    'rename(columns: {le: "bucket"})',
  ]
  return define(script, [rows, ...steps, groupBy([...by, 'bucket'])])
}

/** The part of rows whose value passes, in each table. */
function shareOf(script: Script, { rows, by }: Prepared, limit: Limit): string {
  const passing = define(script, [rows, passes(limit), 'count()'])
  const all = define(script, [rows, 'count()'])
  return quotient(script, passing, all, by)
}

/** One number over another wherever the second is there and not 0; a first that is missing is 0. */
export function quotient(script: Script, part: string, whole: string, by: readonly string[]): string {
  const labelled = (rows: string, name: string) =>
    `${rows} |> toFloat() |> set(key: "part", value: "${name}") |> keep(columns: ${list([...by, 'part', '_value'])})`
  return define(script, [
    union([labelled(part, 'part'), labelled(whole, 'whole')]),
    'group()',
    'map(fn: (r) => ({r with quotient: ""}))',
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
  return countBy(script, [rows], { type, raw: [...raw, ...windows], columns: by, keys: [...by, ...windows] })
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
  const distinct = typeof take === 'object' && 'distinct' in take ? [take.distinct] : []
  const value = distinct.length === 0
  const rows = groupedRows(script, of, { by, columns: distinct, value })
  return { rows: takeOf(script, take, { rows, by: keys }), by: keys }
}
