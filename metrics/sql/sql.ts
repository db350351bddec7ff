import type { Aggregate, Each, Funnel, Ledger, Limit, Metric, Ratio, Retention, Take } from '@webwatch/events/metric.ts'
import { type Aggregates, groupedBy } from '../aggregates.ts'
import { MEASUREMENT } from '../columns.ts'
import { columnsOfRows, outlivesEvents, type Query, rangeOf, textsOf } from '../query.ts'
import { firstIdAt } from '../uuid-time.ts'
import { windowStarts } from '../zone.ts'
import { expression, type Frame, moment, name, quote, selectHours, selectSource, startsOf, windowed } from './source.ts'

/** A query that gives rows with `value` and these columns. */
interface Table {
  readonly sql: string
  readonly keys: readonly string[]
}

const names = (columns: readonly string[]): string[] => columns.map(name)
const select = (columns: readonly string[], from: string, tail = ''): string => `SELECT ${columns.join(', ')} FROM (${from})${tail}`
/** One row for each value of the keys; without keys one for all, and none when there is nothing. */
const grouped = (keys: readonly string[]): string => (keys.length > 0 ? ` GROUP BY ${names(keys).join(', ')}` : ' HAVING count(*) > 0')

const windowKeys = ({ windows }: Frame): string[] => (windows === undefined ? [] : ['_start'])

const passes = (limit: Limit): string => ('above' in limit ? `value > ${limit.above}` : `value <= ${limit.atMost}`)

const statistics = {
  count: 'count(*)::DOUBLE',
  sum: 'sum(value)',
  mean: 'avg(value)',
  min: 'min(value)',
  max: 'max(value)',
  median: 'quantile_cont(value, 0.5)',
  p75: 'quantile_cont(value, 0.75)',
  p95: 'quantile_cont(value, 0.95)',
} as const

/** The events of a source, of those pages alone on which events of these types happened too. */
function alongside(rows: string, types: readonly string[], frame: Frame, keys: readonly string[]): string {
  const there = windowed(selectSource({ types }, frame, keys), frame)
  const on = [...keys, ...windowKeys(frame)].map((key) => `e.${name(key)} IS NOT DISTINCT FROM t.${name(key)}`).join(' AND ')
  return `SELECT e.* FROM (${rows}) e SEMI JOIN (${there}) t ON ${on}`
}

const eachEvent = (of: Aggregate['of'], frame: Frame, columns: readonly string[], extra: readonly string[] = []): string =>
  of
    .map((source) => {
      const keys = source.alongside ? [...new Set(['url', ...frame.by])] : []
      const rows = windowed(selectSource(source, frame, [...new Set([...columns, ...keys])], extra), frame)
      return source.alongside ? alongside(rows, source.alongside, frame, keys) : rows
    })
    .join(' UNION ALL BY NAME ')

/** One row for each entity. */
function eachRows({ of }: Aggregate, each: Each, frame: Frame, by: readonly string[]): Table {
  const keys = [...by, ...windowKeys(frame)]
  const entity = [...keys, each.entity]
  if (each.keep === 'span') return { sql: spans(of, each.entity, frame, by), keys }
  if (each.keep === 'max')
    return { sql: select([...names(entity), 'max(value) AS value'], eachEvent(of, frame, [...by, each.entity]), grouped(entity)), keys }
  const pick = each.keep === 'first' ? 'arg_min' : 'arg_max'
  const rows = eachEvent(of, frame, [...by, each.entity], [`${columnExpression(of, each.column)} AS picked`, `${moment} AS moment`])
  return { sql: select([...names(entity), `${pick}(picked, moment) AS ${name(each.as)}`], rows, grouped(entity)), keys: [...keys, each.as] }
}

function spans(of: Aggregate['of'], entity: string, frame: Frame, by: readonly string[]): string {
  const keys = [...by, ...windowKeys(frame), entity]
  const end = (index: number, pick: string) =>
    select([...names(keys), `${pick}(time) AS time`], eachEvent([of[index]!], frame, [...by, entity]), grouped(keys))
  const on = keys.map((key) => `a.${name(key)} IS NOT DISTINCT FROM b.${name(key)}`).join(' AND ')
  const span = `SELECT ${keys.map((key) => `a.${name(key)}`).join(', ')}, (b.time - a.time) / 1000.0 AS value FROM (${end(0, 'min')}) a JOIN (${end(1, 'max')}) b ON ${on}`
  return select(['*'], span, ' WHERE value >= 0')
}

function takeOf(take: Take, { sql, keys }: Table): Table {
  const keyed = names(keys)
  if (typeof take === 'string') return { sql: select([...keyed, `${statistics[take]} AS value`], sql, grouped(keys)), keys }
  if ('distinct' in take)
    return { sql: select([...keyed, `count(DISTINCT ${name(take.distinct)})::DOUBLE AS value`], sql, grouped(keys)), keys }
  if ('once' in take) {
    const counts = select([...keyed, 'count(*) AS events'], sql, grouped([...keys, take.once]))
    return { sql: select([...keyed, 'count(*) FILTER (WHERE events = 1) / count(*)::DOUBLE AS value'], counts, grouped(keys)), keys }
  }
  if ('share' in take) {
    const share = `count(*) FILTER (WHERE ${passes(take.share)}) / count(*)::DOUBLE AS value`
    return { sql: select([...keyed, share], sql, grouped(keys)), keys }
  }
  if ('reach' in take) {
    const bounds = `(SELECT unnest([${take.reach.join(', ')}]::DOUBLE[]) AS bucket)`
    const columns = [...keyed, 'bucket', 'count(*) FILTER (WHERE value >= bucket) / count(*)::DOUBLE AS value']
    return { sql: `SELECT ${columns.join(', ')} FROM (${sql}), ${bounds}${grouped([...keys, 'bucket'])}`, keys: [...keys, 'bucket'] }
  }
  const bucket = `CASE ${take.histogram.map((bound) => `WHEN value <= ${bound} THEN ${bound}::DOUBLE`).join(' ')} END AS bucket`
  const bucketed = select([...keyed, bucket], sql)
  return {
    sql: select([...keyed, 'bucket', 'count(*)::DOUBLE AS value'], bucketed, grouped([...keys, 'bucket'])),
    keys: [...keys, 'bucket'],
  }
}

/** Counts of events, and those per hour of events that have gone. */
function counts({ of }: Aggregate, frame: Frame, by: readonly string[]): Table {
  const keys = [...by, ...windowKeys(frame)]
  const rows = of.flatMap((source) => [selectSource(source, frame, by, ['1 AS number']), selectHours(source, frame, by)])
  return { sql: select([...names(keys), 'sum(number)::DOUBLE AS value'], windowed(rows.join(' UNION ALL '), frame), grouped(keys)), keys }
}

function aggregate(measure: Aggregate, asked: Frame): Table {
  const { of, each, take } = measure
  const by = [...new Set([...(measure.by ?? []), ...asked.by])]
  const frame: Frame = { ...asked, by }
  if (outlivesEvents(measure, [...by, ...Object.keys(frame.filters)])) return counts(measure, frame, by)
  if (each) return takeOf(take, eachRows(measure, each, frame, by))
  return takeOf(take, { sql: eachEvent(of, frame, [...by, ...textsOf(take)]), keys: [...by, ...windowKeys(frame)] })
}

function ratio({ ratio: part, over }: Ratio, frame: Frame): Table {
  const a = aggregate(part, frame)
  const b = aggregate(over, frame)
  const on = b.keys.map((key) => `a.${name(key)} IS NOT DISTINCT FROM b.${name(key)}`).join(' AND ') || 'true'
  const columns = [...b.keys.map((key) => `b.${name(key)}`), 'coalesce(a.value, 0) / b.value AS value']
  return { sql: `SELECT ${columns.join(', ')} FROM (${b.sql}) b LEFT JOIN (${a.sql}) a ON ${on} WHERE b.value > 0`, keys: b.keys }
}

function staged(parts: readonly { stage: string; table: Table }[]): Table {
  const keys = parts[0]!.table.keys
  const queries = parts.map(({ stage, table }) => select([...names(keys), `${quote(stage)} AS stage`, 'value'], table.sql))
  return { sql: queries.join(' UNION ALL '), keys: [...keys, 'stage'] }
}

/** For each entity the moment at which it completed each step: the first one that fits, after the step before. */
function funnel({ funnel: entity, steps: own }: Funnel, frame: Frame, asked: Query['steps'] = []): Table {
  const steps = own ?? asked
  const keys = [...frame.by, ...windowKeys(frame)]
  const entityKeys = [...keys, entity]
  let reached = ''
  const parts = steps.map(({ name: stage, of }, index) => {
    const rows = eachEvent([of], frame, [...frame.by, entity], [`${moment} AS moment`])
    const on = entityKeys.map((key) => `e.${name(key)} IS NOT DISTINCT FROM p.${name(key)}`).join(' AND ')
    const after = `SELECT e.* FROM (${rows}) e JOIN (${reached}) p ON ${on} AND e.moment > p.moment`
    reached = select([...names(entityKeys), 'min(moment) AS moment'], index === 0 ? rows : after, grouped(entityKeys))
    return { stage, table: { sql: select([...names(keys), 'count(*)::DOUBLE AS value'], reached, grouped(keys)), keys } }
  })
  return staged(parts)
}

function retention({ retention: entity, of }: Retention, frame: Frame, zone: string): Table {
  const starts = windowStarts({ every: 1, unit: 'w' }, frame.from, frame.to, zone)
  const keys = [...frame.by, entity]
  const seen = select(['DISTINCT *'], select([...names(keys), '_start'], eachEvent([of], { ...frame, windows: starts }, keys)))
  const first = `SELECT *, min(_start) OVER (PARTITION BY ${names(keys).join(', ')}) AS cohort FROM (${seen})`
  const by = [...frame.by, 'cohort', '_start']
  return { sql: select([...names(by), 'count(*)::DOUBLE AS value'], first, grouped(by)), keys: by }
}

function ledger({ ledger: source }: Ledger, frame: Frame): Table {
  const page = names([...frame.by, 'page']).join(', ')
  const rows = selectSource(source, frame, [...frame.by, 'page'])
  // Two of one number in one ms lie in the same window: which of them is the second changes nothing.
  const before = `lag(value) OVER (PARTITION BY ${page} ORDER BY value, time)`
  const first = `CASE WHEN page >= ${quote(firstIdAt(frame.from))} THEN -1 ELSE value - 1 END`
  const steps = windowed(`SELECT * REPLACE (value - coalesce(${before}, ${first}) AS value) FROM (${rows})`, frame)
  const keys = [...frame.by, ...windowKeys(frame)]
  const stages = {
    captured: 'sum(value)',
    stored: 'count(*) FILTER (WHERE value > 0)',
    missing: 'sum(greatest(value - 1, 0))',
    doubled: 'count(*) FILTER (WHERE value = 0)',
  }
  const counted = select([...names(keys), `[${Object.values(stages).join(', ')}]::DOUBLE[] AS counts`], steps, grouped(keys))
  const stage = `unnest([${Object.keys(stages).map(quote).join(', ')}]) AS stage`
  return { sql: select([...names(keys), stage, 'unnest(counts) AS value'], counted), keys: [...keys, 'stage'] }
}

function columnExpression(of: Aggregate['of'], column: string): string {
  return expression(of[0]!.types[0]!, column)
}

function tableOf({ measure }: Metric, frame: Frame, query: Query): Table {
  if ('take' in measure) return aggregate(measure, frame)
  if ('ratio' in measure) return ratio(measure, frame)
  if ('stages' in measure) return staged(measure.stages.map((part) => ({ stage: part.name, table: aggregate(part.measure, frame) })))
  if ('funnel' in measure) return funnel(measure, frame, query.steps)
  return 'retention' in measure ? retention(measure, frame, query.zone) : ledger(measure, frame)
}

/** The DuckDB text that answers a query now: rows with the columns of `columnsOfRows`, `value`, and with windows `time`. */
export function sqlQuery(metric: Metric, query: Query): string {
  const { from, to } = rangeOf(metric, query)
  const frame: Frame = { from, to, filters: query.filters, by: query.by, windows: startsOf(query, from, to) }
  const { sql, keys } = tableOf(metric, frame, query)
  const columns = columnsOfRows(metric, query.by)
  return select([...(keys.includes('_start') ? ['_start AS time'] : []), ...names(columns), 'value'], sql)
}

/**
 * Aggregates of the events: a SELECT with the columns type, those of the tags, start (ms since the epoch), field and value.
 * @param before only events before that moment, in ms since the epoch
 */
export function aggregatesSql(aggregates: Aggregates, before = Number.MAX_SAFE_INTEGER): string {
  const frame: Frame = { from: 0, to: before, filters: {}, by: groupedBy(aggregates), windows: aggregates.everyMs }
  const columns = [`"${MEASUREMENT}" AS type`, ...names(aggregates.tags), '_start AS start']
  return aggregates.fields
    .map((field) =>
      select([...columns, `${quote(field.name)} AS field`, 'value'], aggregate(field.measure, frame).sql, ' WHERE value IS NOT NULL'),
    )
    .join('\nUNION ALL ')
}
