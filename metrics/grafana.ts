import type { Aggregate, Metric } from '@webwatch/events/metric.ts'
import { RAW_AT_LEAST_MS } from './aggregates.ts'
import { catalogue, metricOf } from './catalogue.ts'
import { figureNumber, figureRows, figureSeries, figureShare, figureTable, marks } from './flux/figures.ts'
import { fluxOf, rowsSteps } from './flux/flux.ts'
import { define, type FluxFrame, give, groupBy, newScript, overStretches, quote, textOf, union } from './flux/script.ts'
import {
  ANOMALIES_MEASUREMENT,
  DEPLOYMENTS_MEASUREMENT,
  type HealthFigure,
  healthFigures,
  LOSSES_MEASUREMENT,
  loss,
  refusals,
} from './health.ts'
import { stagesOf } from './query.ts'

/*
 * Flux with Grafana's variables in it. Grafana puts in `v.…` as text, for whatever stands before the dot, and `${name:regex}` as a regular
 * expression of the chosen values. So that nothing else is replaced, no column may be called like one of its own (`r.bucket`).
 */

/** Variables of a dashboard that limit what its panels look at. */
export const filterVariables = ['site', 'url', 'device', 'country'] as const
export type FilterVariable = (typeof filterVariables)[number]

const BUCKET = 'v.defaultBucket'
const HOURLY_BUCKET = `${BUCKET} + "_hourly"`
/** Whether there may be nothing left of the range's first events. */
const OLD = `int(v: v.timeRangeStart) < int(v: now()) - ${RAW_AT_LEAST_MS}000000`
/** Longer ranges are answered from what is kept of page views: made of events, a day takes too long on a large site, and 30 days on any. */
const LONG = { bucket: HOURLY_BUCKET, when: `int(v: v.timeRangeStop) - int(v: v.timeRangeStart) > int(v: 1d) or ${OLD}` }
const HOURS = { bucket: HOURLY_BUCKET, when: OLD }
const HEALTH_BUCKET = `${BUCKET} + "_health"`
const BY_SERIES = 'reduced'
const WEEK_NS = 604_800_000_000_000n

const filterOf = (variable: FilterVariable): string => `r["${variable}"] =~ /^\${${variable}:regex}$/`

/** The same where something is chosen. All is `.*`, which this format makes another text of; of everything else it leaves nothing that ends a Flux text. */
const choiceOf = (variable: FilterVariable) => ({
  condition: filterOf(variable),
  none: `"\${${variable}:percentencode}" == ".%2A"`,
})

/** What a panel wants of a metric. */
export interface PanelQuery {
  /** One row for each window of time, as wide as the panel's points. */
  overTime?: boolean
  by?: readonly string[]
  /** The largest so many rows, or series. */
  limit?: number
  /** Variables of the dashboard that apply. */
  filters?: readonly FilterVariable[]
}

/** @throws {Error} when no metric has this name: a dashboard is wrong */
export function theMetric(id: string): Metric {
  const metric = metricOf(id)
  if (!metric) throw new Error(`no metric is called ${id}: one of ${catalogue.map(({ id: known }) => known).join(', ')}`)
  return metric
}

function frameOf({ latestSeconds }: Metric, { overTime, by, limit, filters = [] }: PanelQuery): FluxFrame {
  const start = latestSeconds === undefined ? 'v.timeRangeStart' : `date.sub(d: ${latestSeconds}s, from: v.timeRangeStop)`
  return {
    bucket: BUCKET,
    start,
    stop: 'v.timeRangeStop',
    choices: filters.map(choiceOf),
    summaries: LONG,
    hours: HOURS,
    ...(by && { by }),
    ...(overTime && { window: 'every: v.windowPeriod' }),
    ...(limit !== undefined && !overTime && { limit }),
    ...(latestSeconds !== undefined && { imports: ['date'] }),
  }
}

const append = (flux: string, ...steps: string[]): string => `${flux.trimEnd()}${steps.map((step) => `\n  |> ${step}`).join('')}\n`

/** One number, in one row. */
export const numberQuery = (metric: Metric, options: PanelQuery = {}): string => fluxOf(metric, frameOf(metric, options))

/** One number, which is 0 where there is none: a panel that is told its scale by another query would take that for its number. */
export const totalQuery = (metric: Metric, options: PanelQuery = {}): string => withZero(numberQuery(metric, options))

/** One number as the largest of a scale. */
export const scaleQuery = (metric: Metric, options: PanelQuery = {}): string =>
  append(numberQuery(metric, options), 'rename(columns: {_value: "max"})')

/** Rows with the columns of the metric, and the number as `value`: for bars, pies, tables and maps. The largest first, but stages in their order. */
export const rowsQuery = (metric: Metric, options: PanelQuery = {}): string =>
  stagesOf(metric).length > 0
    ? stagesQuery(metric, options)
    : append(fluxOf(metric, frameOf(metric, { limit: MOST_ROWS, ...options })), 'rename(columns: {_value: "value"})')

/** A row for each stage; for one that nobody reached it is 0. */
function stagesQuery(metric: Metric, options: PanelQuery): string {
  const names = stagesOf(metric).map(quote)
  const script = newScript(frameOf(metric, options))
  script.imports.add('array')
  const rows = define(script, rowsSteps(script, metric))
  const nobody = define(script, [`array.from(rows: [${names.map((name) => `{stage: ${name}, _value: 0.0}`).join(', ')}])`])
  const place = names.map((name, index) => `if r.stage == ${name} then ${index} else `).join('')
  give(script, [
    union([rows, nobody]),
    groupBy(['stage']),
    'sum()',
    'group()',
    `map(fn: (r) => ({stage: r.stage, value: r._value, place: ${place}${names.length}}))`,
    'sort(columns: ["place"])',
    'drop(columns: ["place"])',
  ])
  return textOf(script)
}

/** Of nothing, totals are 0, and means, shares and percentiles are not there. */
const isTotal = ({ measure }: Metric): boolean =>
  'take' in measure &&
  (measure.take === 'count' || measure.take === 'sum' || (typeof measure.take === 'object' && 'distinct' in measure.take))

/**
 * Gives each series a row for each window, empty where nothing happened: pictures join what they are given. That is done at the end, for as few rows as
 * there are points in the picture.
 */
const everyWindow = (windows: string, stop: string): string[] => [
  `range(start: v.timeRangeStart, stop: ${stop})`,
  `aggregateWindow(${windows}, fn: sum, createEmpty: true, timeSrc: "_start")`,
  'drop(columns: ["_start", "_stop"])',
]
const zeros = 'fill(value: 0.0)'

/** A line for each series, with a point for each window. Of many series, only the largest are shown. */
export function seriesQuery(metric: Metric, options: PanelQuery = {}): string {
  const frame = frameOf(metric, { ...options, overTime: true })
  const lines = fluxOf(metric, frame)
  const points = [...everyWindow(frame.window!, 'v.timeRangeStop'), ...(isTotal(metric) ? [zeros] : [])]
  const [column] = options.by ?? []
  if (options.limit === undefined || column === undefined) return append(lines, ...points)
  const totals = append(fluxOf(metric, frameOf(metric, options)), `findColumn(fn: (key) => true, column: "${column}")`)
  return joined(totals, 'largest', append(lines, `filter(fn: (r) => contains(value: r["${column}"], set: largest))`, ...points))
}

/** The same as cells of a heatmap: Grafana draws a cell to the left of its time, as wide as the first two are apart, so the time is the window's end. */
export function cellsQuery(metric: Metric, options: PanelQuery = {}): string {
  const width = 'int(v: v.windowPeriod)'
  return append(seriesQuery(metric, options), `map(fn: (r) => ({r with _time: time(v: (int(v: r._time) / ${width} + 1) * ${width})}))`)
}

/** A script in its parts: packages are named before everything else. */
function partsOf(script: string): { imports: string[]; body: string[] } {
  const lines = script.trimEnd().split('\n')
  const isImport = (line: string) => line.startsWith('import ')
  return { imports: lines.filter(isImport), body: lines.filter((line) => !isImport(line)) }
}

/** Puts words in front of the last statement of a script, which is its result. */
function withResult(body: readonly string[], words: string): string[] {
  const result = body.findLastIndex((line) => !/^[ })]/.test(line))
  return body.map((line, index) => (index === result ? words + line : line))
}

/** Makes the result of one script a variable of another. */
function joined(first: string, name: string, second: string): string {
  const before = partsOf(first.replace(/\bt(\d+)\b/g, 's$1'))
  const after = partsOf(second)
  return `${[...new Set([...before.imports, ...after.imports]), ...withResult(before.body, `${name} = `), ...after.body].join('\n')}\n`
}

/** The metric with other bounds for its bins. */
export function withBins(metric: Metric, bounds: readonly number[]): Metric {
  return { ...metric, measure: { ...(metric.measure as Aggregate), take: { histogram: bounds } } }
}

/** Columns of a heatmap. */
const SLICES = 30

/**
 * A series for each bin, named by its upper bound, with the cells of a heatmap. The range is cut into equal slices, and each is asked for by itself: storage
 * gives a slice as one table, which takes a fraction of the time that windows of all events would.
 */
export function binnedSeriesQuery(metric: Metric, bounds: readonly number[], options: PanelQuery = {}): string {
  const script = newScript(frameOf(metric, options))
  const width = define(script, [`(int(v: v.timeRangeStop) - int(v: v.timeRangeStart)) / ${SLICES}`])
  const numbers = Array.from({ length: SLICES }, (_, number) => number)
  const edges = [`since = time(v: int(v: v.timeRangeStart) + x * ${width})`, `until = time(v: int(v: since) + ${width})`]
  const name = `if r["bucket"] > ${bounds.at(-1)}.0 then "more" else string(v: r["bucket"])`
  const rows = overStretches(script, `[${numbers.join(', ')}]`, edges, (part) =>
    define(part, [
      ...rowsSteps(part, withBins(metric, bounds)),
      `map(fn: (r) => ({_time: since, _value: r._value, bound: r["bucket"], ${BY_SERIES}: ${name}}))`,
    ]),
  )
  const windows = `every: duration(v: ${width}), offset: duration(v: int(v: v.timeRangeStart) % ${width})`
  give(script, [
    rows,
    `group(columns: ["bound", "${BY_SERIES}"])`,
    ...everyWindow(windows, `time(v: int(v: v.timeRangeStart) + ${SLICES} * ${width})`),
    zeros,
    `map(fn: (r) => ({r with _time: time(v: int(v: r._time) + ${width})}))`,
  ])
  return textOf(script)
}

/**
 * A row for each week in which visitors were first seen, `cohort`: how many they were, `size`, and which part of them was seen in that week and in each
 * later one, in the columns `Week 0`, `Week 1` and so on.
 */
export function cohortsQuery(metric: Metric, options: PanelQuery = {}): string {
  const { imports, body } = partsOf(fluxOf(metric, frameOf(metric, options)))
  const columns = '"cohort", "_time", "_value"'
  return `${[
    ...imports,
    ...withResult(body, 'seen = '),
    'first = seen',
    '  |> filter(fn: (r) => r._time == r.cohort)',
    '  |> duplicate(column: "_value", as: "size")',
    `  |> keep(columns: [${columns}, "size"])`,
    '  |> set(key: "row", value: "first")',
    // Each first row hands its number down to those of the same visitors.
    `union(tables: [first, seen |> keep(columns: [${columns}]) |> set(key: "row", value: "seen")])`,
    '  |> group(columns: ["cohort"])',
    '  |> sort(columns: ["_time", "row"])',
    '  |> fill(column: "size", usePrevious: true)',
    '  |> filter(fn: (r) => r.row == "seen")',
    // The first week may be cut off by the range.
    `  |> map(fn: (r) => ({cohort: r.cohort, size: r.size, number: (int(v: r._time) - int(v: r.cohort) + ${WEEK_NS - 1n}) / ${WEEK_NS}, _value: r._value / r.size}))`,
    '  |> group()',
    '  |> sort(columns: ["number", "cohort"])',
    '  |> map(fn: (r) => ({r with week: "Week " + string(v: r.number)}))',
    '  |> pivot(rowKey: ["cohort", "size"], columnKey: ["week"], valueColumn: "_value")',
    '  |> sort(columns: ["cohort"])',
  ].join('\n')}\n`
}

/** Upper bounds of bins of one width. */
export const evenBounds = (step: number, count: number): number[] => Array.from({ length: count }, (_, index) => (index + 1) * step)

/** Rows of `rowsQuery` unless a panel says otherwise. */
export const MOST_ROWS = 25

/** Whether anything can be larger than the last bound: percents end there. */
export const isOpen = ({ unit }: Metric): boolean => unit !== 'percent'

/**
 * Bins of one width, as Grafana's histograms take them: `xMin`, `xMax` and the number in each; the last one holds all that is larger. Empty ones are
 * there too: Grafana takes the width of bars from the distance of the first two.
 */
export function binsQuery(metric: Metric, step: number, count: number, options: PanelQuery = {}): string {
  const bounds = evenBounds(step, count)
  const last = bounds.at(-1)!
  const lower = `if r["bucket"] > ${last}.0 then ${last}.0 else r["bucket"] - ${step}.0`
  return append(
    fluxOf(withBins(metric, bounds), { ...frameOf(metric, options), emptyBins: true }),
    ...(isOpen(metric) ? [] : [`filter(fn: (r) => r["bucket"] <= ${last}.0)`]),
    `map(fn: (r) => ({xMin: ${lower}, value: r._value}))`,
    `map(fn: (r) => ({xMin: r.xMin, xMax: r.xMin + ${step}.0, value: r.value}))`,
    'sort(columns: ["xMin"])',
  )
}

const healthFrame = (filters: readonly FilterVariable[] = []): FluxFrame => ({
  bucket: HEALTH_BUCKET,
  start: 'v.timeRangeStart',
  stop: 'v.timeRangeStop',
  filters: filters.map(filterOf),
})
const overTime = (frame: FluxFrame): FluxFrame => ({ ...frame, window: 'every: v.windowPeriod' })

/** The part of captured events that is missing from the store, from 0 to 1; nothing where nothing was captured. */
export const lossShare = (filters?: readonly FilterVariable[]): string => figureShare(loss, healthFrame(filters))

/** The same over time, for each site. */
export const lossSeries = (filters?: readonly FilterVariable[]): string => figureShare(loss, overTime(healthFrame(filters)))

/** What was captured, stored and missing, as rows: site, captured, stored, missing. */
export const lossRows = (filters?: readonly FilterVariable[]): string =>
  figureTable(LOSSES_MEASUREMENT, loss.by, ['captured', 'stored', 'missing'], healthFrame(filters))

/** @throws {Error} when collectors tell no such figure: a dashboard is wrong */
export function healthFigure(field: string): HealthFigure {
  const figure = healthFigures.find((candidate) => candidate.field === field)
  if (!figure) throw new Error(`collectors tell no ${field}`)
  return figure
}

/** A figure of all collectors over time. @param name of the series, in the column `figure` */
export const healthSeries = (field: string, name?: string): string => figureSeries(healthFigure(field), overTime(healthFrame()), name)

/** A figure of all collectors as one number. */
export const healthNumber = (field: string): string => figureNumber(healthFigure(field), healthFrame())

/** Events that were not taken or not stored over time, by code. */
export const refusalSeries = figureSeries(refusals, overTime(healthFrame()))

/** The same as rows: kind, code and value. */
export const refusalRows = figureRows(refusals, healthFrame())

/** Annotations: when something was deployed on the sites that are chosen, the starts of collectors included. */
export const deploymentsQuery = (filters: readonly FilterVariable[] = []): string =>
  marks(DEPLOYMENTS_MEASUREMENT, {
    ...healthFrame(),
    filters: filters.map((variable) => `(${filterOf(variable)} or r["${variable}"] == "(collector)")`),
  })
/** Annotations: when collectors noticed that something was wrong. */
export const anomaliesQuery = marks(ANOMALIES_MEASUREMENT, healthFrame())

/**
 * Values of a tag in the range, of the sites that are chosen, also where only the counts per hour are left of it: for the variables above a dashboard.
 */
export function tagValuesQuery(tag: FilterVariable): string {
  const values = (bucket: string, kind: string) => `schema.tagValues(
  bucket: ${bucket},
  tag: "${tag}",
  predicate: (r) => r._measurement == "pageviews" and r._field == "count" and r.data_type == "${kind}"${tag === 'site' ? '' : ` and ${filterOf('site')}`},
  start: v.timeRangeStart,
  stop: v.timeRangeStop,
)`
  return `import "influxdata/influxdb/schema"
events = ${values(BUCKET, 'raw')}
hours = ${values(HOURLY_BUCKET, 'aggregated')}
both = union(tables: [events, hours]) |> group() |> distinct()
if ${OLD} then both else events
`
}

/** Rows become one number, which is 0 where there are no rows. */
function withZero(flux: string): string {
  const { imports, body } = partsOf(flux)
  return `${[
    ...new Set(['import "array"', ...imports]),
    ...withResult(body, 'found = '),
    'union(tables: [found |> group() |> keep(columns: ["_value"]), array.from(rows: [{_value: 0.0}])])',
    '  |> sum()',
  ].join('\n')}\n`
}

/** The same with a time: what an alert rule compares. */
const asAlertValue = (flux: string): string => append(withZero(flux), 'map(fn: (r) => ({_time: v.timeRangeStop, _value: r._value}))')

/** A frame for rules: they look at the last minutes, of which all events are there. */
function alertFrame(metric: Metric): FluxFrame {
  const { hours: _hours, summaries: _summaries, ...frame } = frameOf(metric, {})
  return frame
}

/**
 * A row of 0 in a table of its own: where an empty text follows others in one column, InfluxDB 2.7.12 leaves it out and moves the numbers to other texts
 * (`StringBuilder.makeBuilder` in Flux 0.196.1).
 */
const zeroOfNoName = (column: string): string => `array.from(rows: [{${column}: "", _value: 0.0}]) |> ${groupBy([column])}`

/** Which part of its range an alert rule looks at, in durations as Flux writes them before the end of the range. */
export interface AlertPart {
  /** From then on. */
  latest?: string
  /** Until then. */
  before?: string
}

/**
 * A metric over the range of an alert rule, as one number for each site with the label `site`. A site that has page views in the range and nothing in the
 * part that is looked at has 0: numbers of a rule meet by their site. So has the site of no name, for an answer also where nothing has happened.
 */
export function alertMetricBySite(id: string, { latest, before }: AlertPart = {}): string {
  const metric = theMetric(id)
  const views = theMetric('page_views')
  const script = newScript({ ...alertFrame(views), by: ['site'] })
  script.imports.add('array')
  const ago = (duration: string) => {
    script.imports.add('date')
    return `date.sub(d: ${duration}, from: v.timeRangeStop)`
  }
  const { frame } = script
  const part = { ...alertFrame(metric), by: ['site'], start: latest ? ago(latest) : frame.start, stop: before ? ago(before) : frame.stop }
  const sites = define(script, [...rowsSteps(script, views), 'map(fn: (r) => ({r with _value: 0.0}))', groupBy(['site'])])
  const nameless = define(script, [zeroOfNoName('site')])
  const counted = define(script, [...rowsSteps({ ...script, frame: part }, metric), groupBy(['site'])])
  give(script, [union([sites, nameless, counted]), 'sum()', 'map(fn: (r) => ({r with _time: v.timeRangeStop}))'])
  return textOf(script)
}

/** A figure of the collectors over the range of an alert rule. */
export const alertHealth = (field: string): string => asAlertValue(healthNumber(field))

/** How many events were captured, or are missing, over the range of an alert rule: one number for each site, and 0 for the site of no name. */
export function alertLosses(field: 'captured' | 'missing'): string {
  const rows = figureRows({ measurement: LOSSES_MEASUREMENT, field, kind: 'increase', by: [loss.by] }, healthFrame())
  const { imports, body } = partsOf(rows)
  return `${[
    ...new Set(['import "array"', ...imports]),
    ...withResult(body, 'found = '),
    `union(tables: [found |> rename(columns: {value: "_value"}) |> ${groupBy([loss.by])}, ${zeroOfNoName(loss.by)}])`,
    '  |> sum()',
    '  |> map(fn: (r) => ({r with _time: v.timeRangeStop}))',
  ].join('\n')}\n`
}
