import { eventTypes } from '@webwatch/events'
import type { Aggregate, Condition, Source } from '@webwatch/events/metric.ts'
import { columnOf, type Derived, definitionOf, fieldsBehind, NONE } from '../columns.ts'
import { chosen, define, float, groupBy, list, quote, type Script, union } from './script.ts'

/** What a pipeline must bring along with each event. */
export interface Wanted {
  /** Columns to be grouped by. */
  readonly by: readonly string[]
  /** Other columns. */
  readonly columns: readonly string[]
  /** Whether the source's value is needed, in `_value`. */
  readonly value: boolean
  /** Whether columns may stay as storage gives them. */
  readonly raw?: boolean
}

/** Every point carries this tag, so that its column can be counted where no other is wanted. */
export const COUNTED = 'data_type'

const literal = (value: string | number | boolean): string => (typeof value === 'string' ? quote(value) : String(value))

function condition(test: Condition): string {
  const column = `r[${quote(test.column)}]`
  if ('absent' in test) return `not exists ${column}`
  return 'is' in test ? `${column} == ${literal(test.is)}` : `${column} != ${quote(test.isNot)}`
}

const anyOf = (column: string, values: readonly string[]): string =>
  `(${values.map((value) => `r[${quote(column)}] == ${quote(value)}`).join(' or ')})`

/** The condition that a point is of these types; none when it may be of any, since each condition is checked for each series. */
const ofTypes = (types: readonly string[]): string[] =>
  eventTypes.every(({ type }) => types.includes(type))
    ? []
    : [
        anyOf(
          '_measurement',
          types.map((type) => definitionOf(type).measurement),
        ),
      ]

/** The read that InfluxDB's storage does by itself: range, types, fields and tags. */
export function read(script: Script, { types }: Source, fields: readonly string[], tagConditions: readonly string[] = []): string[] {
  const { frame } = script
  const conditions = ['r.data_type == "raw"', ...ofTypes(types), anyOf('_field', fields), ...tagConditions, ...(frame.filters ?? [])]
  return [
    `from(bucket: ${frame.bucket})`,
    `range(start: ${frame.start}, stop: ${frame.stop})`,
    `filter(fn: (r) => ${conditions.join(' and ')})`,
    ...chosen(script),
  ]
}

/** The read of counts per hour, up to the moment `until`. */
export function readHours(script: Script, { types }: Source, tagConditions: readonly string[]): string[] {
  const { frame } = script
  const conditions = ['r.data_type == "aggregated"', ...ofTypes(types), anyOf('_field', ['count'])]
  return [
    `from(bucket: ${frame.hours!.bucket})`,
    `range(start: ${frame.start}, stop: until)`,
    `filter(fn: (r) => ${[...conditions, ...tagConditions, ...(frame.filters ?? [])].join(' and ')})`,
    ...chosen(script),
  ]
}

/** The measurement with a point for each page view: metrics/flux/views.ts. */
export const VIEWS_MEASUREMENT = 'views'
/** Their `data_type`: they are deleted and made anew apart from the counts per hour beside them. */
export const VIEWS_KIND = 'views'

/** The read of what is kept ready of page views. */
export function readView(script: Script, bucket: string, field: string): string[] {
  const { frame } = script
  const conditions = [`r._measurement == "${VIEWS_MEASUREMENT}"`, `r._field == ${quote(field)}`, ...(frame.filters ?? [])]
  return [
    `from(bucket: ${bucket})`,
    `range(start: ${frame.start}, stop: ${frame.stop})`,
    `filter(fn: (r) => ${conditions.join(' and ')})`,
    ...chosen(script),
  ]
}

function derive(script: Script, name: string, { imports, flux }: Derived): string {
  for (const needed of imports) script.imports.add(needed)
  return `map(fn: (r) => ({r with ${name}: ${flux}}))`
}

const isTag = (type: string, column: string) => columnOf(type, column).kind === 'tag'

/** Conditions that storage checks, and those that need a field's value. */
function conditionsOf(script: Script, { types, where = [] }: Source) {
  const [type] = types
  const fieldFilters = Object.entries(script.frame.fieldFilters ?? {})
  const tagTests = where.filter((test) => isTag(type!, test.column)).map(condition)
  const fieldTests = where.filter((test) => !isTag(type!, test.column))
  return {
    tags: tagTests,
    fields: [...fieldTests.map(condition), ...fieldFilters.map(([column, values]) => anyOf(column, values))],
    columns: [...fieldTests.map(({ column }) => column), ...fieldFilters.map(([column]) => column)],
    mayLack: fieldTests.filter((test) => 'absent' in test).map(({ column }) => column),
  }
}

/** The columns as the definitions know them, made of what storage gives. That is work for each row, so it is done for as few rows as possible. */
export function finished(script: Script, type: string, columns: readonly string[]): string[] {
  return columns.flatMap((name) => {
    const column = columnOf(type, name)
    if (column.kind === 'derived') return [derive(script, name, column)]
    return isHollow(type, name) ? [`map(fn: (r) => ({r with ${name}: if exists r.${name} then r.${name} else ${quote(NONE)}}))`] : []
  })
}

function kindOf(type: string, name: string): string {
  const column = columnOf(type, name)
  return column.kind === 'field' ? column.type : column.kind
}

const isHollow = (type: string, name: string): boolean => kindOf(type, name) === 'hollow'

/** Which of the fields behind columns hold texts. */
function textFields(type: string, columns: readonly string[], valueColumn: string | undefined): readonly string[] {
  const names = rawColumns(type, [...columns, ...(valueColumn === undefined ? [] : [valueColumn])])
  return ['session', ...names.filter((name) => ['text', 'hollow'].includes(kindOf(type, name))).flatMap((name) => fieldsBehind(type, name))]
}

/**
 * Conditions by which the empty texts of fields are left in storage: InfluxDB's engine mixes up the rows of a table that holds some. Where all texts of a
 * column so far are one, Flux 0.196.1 (InfluxDB 2.7.12) may lose an empty one that follows, so the column is shorter than the others:
 * `StringBuilder.Append("")` hands nothing to `makeBuilder`.
 */
export const leaveEmpty = (fields: readonly string[]): string[] =>
  fields.map((field) => `(r["_field"] != ${quote(field)} or r["_value"] != "")`)

/** The columns of storage that others are made of. */
export const rawColumns = (type: string, columns: readonly string[]): string[] => [
  ...new Set(
    columns.flatMap((name) => {
      const column = columnOf(type, name)
      return column.kind === 'derived' ? column.from : [name]
    }),
  ),
]

/** Names of InfluxDB's fields that must be renamed, because the column has another name. */
function renames(type: string, columns: readonly string[]): [field: string, name: string][] {
  return columns.flatMap((name): [string, string][] => {
    const column = columnOf(type, name)
    if (column.kind === 'derived') return renames(type, column.from)
    return column.kind === 'field' && column.field !== name ? [[column.field, name]] : []
  })
}

/** All that follows copies each column of each row. */
export const keep = (columns: readonly string[]): string => `keep(columns: ${list([...new Set(columns)])})`

const rename = (pairs: readonly (readonly [from: string, to: string])[]): string[] =>
  pairs.length === 0 ? [] : [`rename(columns: {${pairs.map(([from, to]) => `${from}: ${quote(to)}`).join(', ')}})`]

/** Whether storage can group the rows as wanted: that takes tags, and a single field. */
const isGroupedByStorage = (type: string, fields: readonly string[], { by }: Wanted): boolean =>
  fields.length === 1 && by.every((name) => isTag(type, name))

/** The events of one source as rows, each with the wanted columns, and whether they are grouped as wanted already. */
function sourceRows(script: Script, source: Source, wanted: Wanted): { rows: string; isReady: boolean } {
  const type = source.types[0]!
  const tests = conditionsOf(script, source)
  const valueColumn = wanted.value && typeof source.value === 'string' ? source.value : undefined
  const columns = [...new Set([...wanted.by, ...wanted.columns, ...tests.columns])]
  const fields = [...new Set([...columns, ...(valueColumn === undefined ? [] : [valueColumn])].flatMap((name) => fieldsBehind(type, name)))]
  const raw = rawColumns(type, columns)
  const hollow = raw.filter((name) => isHollow(type, name)).flatMap((name) => fieldsBehind(type, name))
  // A point of which no field is read would not be seen at all.
  if (fields.every((field) => hollow.includes(field))) fields.push(fields.length === 0 ? 'count' : 'session')
  const steps = read(script, source, fields, [...tests.tags, ...leaveEmpty(hollow)])
  const given = renames(type, columns)
  // Values of one kind can stand in one table. Storage puts them there, and all that follows is faster than with a table for each series.
  const isReady = isGroupedByStorage(type, fields, wanted)
  const isText = fields.every((field) => textFields(type, columns, valueColumn).includes(field))
  const asked = [...wanted.columns, ...(valueColumn === undefined ? [] : ['_value'])]
  const counted = asked.length === 0 ? [COUNTED] : []
  const tags = [...columns.filter((name) => isTag(type, name)), ...counted]
  if (isReady) steps.push(groupBy(wanted.by))
  else if (isText) steps.push(groupBy(tags), keep(['_time', ...tags, '_field', '_value']))
  if (fields.length === 1) {
    const name = given.find(([field]) => field === fields[0])?.[1] ?? fields[0]!
    if (columns.length > 0 && name !== valueColumn) steps.push(...rename([['_value', name]]))
    else if (columns.includes(name)) steps.push(`duplicate(column: "_value", as: ${quote(name)})`)
  } else {
    steps.push('pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")', ...rename(given))
    if (valueColumn !== undefined) steps.push(`duplicate(column: ${quote(valueColumn)}, as: "_value")`)
  }
  steps.push(
    ...finished(
      script,
      type,
      (wanted.raw ? tests.columns : columns).filter((name) => !tests.mayLack.includes(name)),
    ),
  )
  if (tests.fields.length > 0) steps.push(`filter(fn: (r) => ${tests.fields.join(' and ')})`)
  steps.push(keep(['_time', ...wanted.by, ...asked, ...counted]))
  // A function of each row costs as much as all the rest.
  if (valueColumn !== undefined && kindOf(type, valueColumn) === 'integer') steps.push('toFloat()')
  return { rows: define(script, steps), isReady }
}

/** What the window of a row is grouped by. */
export const windowColumns = ({ frame }: Script): readonly string[] => (frame.window === undefined ? [] : ['_start'])

export const windowStep = ({ frame }: Script): string[] => (frame.window === undefined ? [] : [`window(${frame.window})`])

/** The events of a source, of those pages alone on which events of these types happened too. */
function alongside(script: Script, { alongside: types, ...source }: Source, wanted: Wanted): string {
  for (const name of ['regexp', 'strings']) script.imports.add(name)
  const by = [...new Set(['url', ...wanted.by])]
  const there = groupedRows(script, [{ types: types! }], { by, columns: [], value: false })
  const textsOf = (text: string) =>
    define(script, [there, 'limit(n: 1)', `map(fn: (r) => ({text: ${text}}))`, 'group()', 'findColumn(fn: (key) => true, column: "text")'])
  // Storage itself looks for a pattern, which a test of each row takes many times as long for.
  const urls = textsOf('regexp.quoteMeta(v: r["url"])')
  const pattern = define(script, [`regexp.compile(v: "^(" + strings.joinStr(arr: ${urls}, v: "|") + ")$")`])
  const filters = [...(script.frame.filters ?? []), `r["url"] =~ ${pattern}`]
  const onPages: Script = { ...script, frame: { ...script.frame, filters } }
  if (by.length === 1 && script.frame.window === undefined) return groupedRows(onPages, [source], wanted)
  const parts = [...by.map((column) => `r[${quote(column)}]`), ...windowColumns(script).map((column) => `string(v: r[${quote(column)}])`)]
  const place = parts.join(` + ${quote('\n')} + `)
  const rows = groupedRows(onPages, [source], { ...wanted, by })
  return define(script, [rows, `filter(fn: (r) => contains(value: ${place}, set: ${textsOf(place)}))`])
}

/** The rows of all sources, in one table for each value of the columns that they are grouped by, and each window. */
export function groupedRows(script: Script, sources: Aggregate['of'], wanted: Wanted): string {
  const parts = sources.map((source) =>
    source.alongside ? { rows: alongside(script, source, wanted), isReady: false } : sourceRows(script, source, wanted),
  )
  const [first] = parts
  const all = parts.length === 1 ? [first!.rows] : [union(parts.map(({ rows }) => rows))]
  if (parts.length > 1 || !first!.isReady) all.push(groupBy(wanted.by))
  // Rows that all bring the same number come without it.
  const same = wanted.value ? sources.map(({ value }) => value).find((value) => typeof value === 'number') : undefined
  const filled = same === undefined ? [] : [`fill(column: "_value", value: ${float(same)})`]
  return define(script, [...all, ...filled, ...windowStep(script)])
}
