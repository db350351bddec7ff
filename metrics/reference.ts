import type { TrackedEvent } from '@webwatch/events'
import type {
  Aggregate,
  Condition,
  Each,
  Funnel,
  Ledger,
  Limit,
  Measure,
  Metric,
  Ratio,
  Retention,
  Source,
  Take,
} from '@webwatch/events/metric.ts'
import { pointTime } from '@webwatch/events/point-time.ts'
import { visitOf } from '@webwatch/events/visit.ts'
import { columnOf, hasColumn, NONE } from './columns.ts'
import { type Query, type Row, rangeOf } from './query.ts'
import { firstIdAt } from './uuid-time.ts'
import { windowStarts } from './zone.ts'

/** A stored event, with what the collector derived for it. */
export interface StoredEvent extends TrackedEvent {
  route: string
  device: string
  browser: string
  os: string
  country: string
  source: string
}

type Cell = string | number | boolean | undefined

const tagValue = (event: StoredEvent, name: string): string | undefined => {
  if (name === 'url') return event.route
  if (name !== 'target') return event[name as 'site']
  const target = event.data.target
  return typeof target === 'string' ? target.replace(/[\n\r\t\0\\]/g, ' ').trim() || '-' : undefined
}

const common: Readonly<Record<string, (event: StoredEvent) => string>> = {
  id: ({ id }) => id,
  session: ({ session }) => session,
  visitor: ({ visitor }) => visitor,
  page: ({ page }) => page,
  os: ({ os }) => os,
  href: ({ url }) => url,
  visit: ({ visitor, session }) => visitOf(visitor, session),
}

/** What an event has in a column. */
function cell(event: StoredEvent, name: string): Cell {
  const column = columnOf(event.type, name)
  if (column.kind === 'tag') return tagValue(event, name)
  if (column.kind === 'derived') return column.evaluate(...column.from.map((from) => String(rawField(event, from) ?? '')))
  const value = rawField(event, name)
  return column.type === 'hollow' ? value || NONE : value
}

function rawField(event: StoredEvent, name: string): Cell {
  const column = columnOf(event.type, name)
  if (column.kind !== 'field') return undefined
  return common[name]?.(event) ?? (name === 'seq' ? event.seq : (event.data[column.field] as Cell))
}

function holds(event: StoredEvent, test: Condition): boolean {
  const value = cell(event, test.column)
  if ('absent' in test) return value === NONE
  return 'is' in test ? value === test.is : value !== undefined && value !== test.isNot
}

const fits = (event: StoredEvent, { types, where = [] }: Source): boolean =>
  types.includes(event.type) && where.every((test) => holds(event, test))

const passes = (value: number, limit: Limit): boolean => ('above' in limit ? value > limit.above : value <= limit.atMost)

/** Points are told apart by ns, and so ordered. */
const moment = (event: StoredEvent): bigint => BigInt(pointTime(event.time, event.id))
const inOrder = (events: readonly StoredEvent[]): StoredEvent[] => [...events].sort((a, b) => Number(moment(a) - moment(b)))

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

/** A row before it is counted or averaged. */
interface Item {
  readonly event: StoredEvent
  readonly value: number
  readonly text?: string
}

const numberOf = (event: StoredEvent, { value }: Source): number =>
  typeof value === 'string' ? Number(cell(event, value)) : (value ?? Number.NaN)

/** Whether an event is on a page on which events of the types that the source names happened too, with the same values of these columns. */
function isAlongside(events: readonly StoredEvent[], { alongside }: Source, columns: readonly string[]): (event: StoredEvent) => boolean {
  if (!alongside) return () => true
  const pageOf = (event: StoredEvent) => JSON.stringify(['url', ...columns].map((column) => cell(event, column)))
  const pages = new Set(events.filter(({ type }) => alongside.includes(type)).map(pageOf))
  return (event) => pages.has(pageOf(event))
}

const itemsOf = (events: readonly StoredEvent[], of: readonly Source[], by: readonly string[]): Item[] =>
  of.flatMap((source) => {
    const isThere = isAlongside(events, source, by)
    return events.filter((event) => fits(event, source) && isThere(event)).map((event) => ({ event, value: numberOf(event, source) }))
  })

function spanOf(events: readonly StoredEvent[], of: readonly Source[]): number | undefined {
  const starts = events.filter((event) => fits(event, of[0]!)).map(({ time }) => time)
  const ends = events.filter((event) => fits(event, of[1]!)).map(({ time }) => time)
  if (starts.length === 0 || ends.length === 0) return undefined
  const span = Math.max(...ends) - Math.min(...starts)
  return span >= 0 ? span / 1000 : undefined
}

function itemOfEntity(items: readonly Item[], each: Each, of: readonly Source[]): Item[] {
  const events = items.map(({ event }) => event)
  const [event] = events
  if (each.keep === 'max') return [{ event: event!, value: Math.max(...items.map(({ value }) => value)) }]
  if (each.keep === 'span') {
    const value = spanOf(events, of)
    return value === undefined ? [] : [{ event: event!, value }]
  }
  const chosen = inOrder(events).at(each.keep === 'first' ? 0 : -1)!
  return [{ event: chosen, value: Number.NaN, text: String(cell(chosen, each.column)) }]
}

/** Linear interpolation between the two nearest values. */
function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const place = q * (sorted.length - 1)
  const low = sorted[Math.floor(place)]!
  return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place))
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const statistics: Readonly<Record<Extract<Take, string>, (values: readonly number[]) => number>> = {
  count: (values) => values.length,
  sum,
  mean: (values) => sum(values) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  median: (values) => quantile(values, 0.5),
  p75: (values) => quantile(values, 0.75),
  p95: (values) => quantile(values, 0.95),
}

function taken(items: readonly Item[], take: Take): Row[] {
  const values = items.map(({ value }) => value)
  if (typeof take === 'string') return [{ value: statistics[take](values) }]
  if ('distinct' in take) return [{ value: new Set(items.map(({ event }) => cell(event, take.distinct))).size }]
  if ('once' in take) {
    const groups = [...groupBy(items, ({ event }) => String(cell(event, take.once))).values()]
    return [{ value: groups.filter(({ length }) => length === 1).length / groups.length }]
  }
  const share = (test: (value: number) => boolean) => values.filter(test).length / values.length
  if ('share' in take) return [{ value: share((value) => passes(value, take.share)) }]
  if ('reach' in take) return take.reach.map((bucket) => ({ bucket, value: share((value) => value >= bucket) }))
  const buckets = groupBy(values, (value) => String(take.histogram.find((bound) => value <= bound) ?? null))
  return [...buckets].map(([bucket, within]) => ({ bucket: bucket === 'null' ? null : Number(bucket), value: within.length }))
}

/** Rows of one window. */
function aggregate(events: readonly StoredEvent[], measure: Aggregate, by: readonly string[]): Row[] {
  const { of, each, take } = measure
  const columns = [...new Set([...(measure.by ?? []), ...by])]
  const keyOf = ({ event }: Item) => JSON.stringify(columns.map((column) => cell(event, column)))
  return [...groupBy(itemsOf(events, of, columns), keyOf)].flatMap(([key, items]) => {
    const labels = Object.fromEntries((JSON.parse(key) as string[]).map((value, index) => [columns[index]!, value]))
    if (!each) return taken(items, take).map((row) => ({ ...labels, ...row }))
    const entities = [...groupBy(items, ({ event }) => event[each.entity]).values()].flatMap((own) => itemOfEntity(own, each, of))
    if (entities.length === 0) return []
    const groups = groupBy(entities, ({ text }) => text ?? '')
    return [...groups].flatMap(([text, group]) =>
      taken(group, take).map((row) => ({ ...labels, ...('as' in each && { [each.as]: text }), ...row })),
    )
  })
}

function ratio(events: readonly StoredEvent[], measure: Ratio, by: readonly string[]): Row[] {
  const keyOf = ({ value: _value, ...labels }: Row) => JSON.stringify(labels)
  const parts = new Map(aggregate(events, measure.ratio, by).map((row) => [keyOf(row), row.value]))
  return aggregate(events, measure.over, by)
    .filter(({ value }) => value > 0)
    .map((row) => ({ ...row, value: (parts.get(keyOf(row)) ?? 0) / row.value }))
}

const labelled = (events: readonly StoredEvent[], by: readonly string[]): [labels: Record<string, string>, events: StoredEvent[]][] =>
  [...groupBy(events, (event) => JSON.stringify(by.map((column) => cell(event, column))))].map(([key, own]) => [
    Object.fromEntries((JSON.parse(key) as string[]).map((value, index) => [by[index]!, value])),
    own,
  ])

function funnel(events: readonly StoredEvent[], measure: Funnel, by: readonly string[], asked: Query['steps'] = []): Row[] {
  const steps = measure.steps ?? asked
  const relevant = events.filter((event) => steps.some(({ of }) => fits(event, of)))
  return labelled(relevant, by).flatMap(([labels, own]) => {
    const levels = [...groupBy(own, (event) => event[measure.funnel]).values()].map((entity) => {
      let level = 0
      for (const event of inOrder(entity)) if (level < steps.length && fits(event, steps[level]!.of)) level++
      return level
    })
    return steps
      .map(({ name }, index) => ({ ...labels, stage: name, value: levels.filter((level) => level > index).length }))
      .filter(({ value }) => value > 0)
  })
}

function retention(events: readonly StoredEvent[], measure: Retention, query: Query): Row[] {
  const starts = windowStarts({ every: 1, unit: 'w' }, query.from, query.to, query.zone)
  const weekOf = ({ time }: StoredEvent) => starts.filter((start) => start <= time).at(-1)!
  return labelled(
    events.filter((event) => fits(event, measure.of)),
    query.by,
  ).flatMap(([labels, own]) => {
    const visits = [...groupBy(own, (event) => event[measure.retention]).values()].flatMap((entity) => {
      const weeks = [...new Set(entity.map(weekOf))]
      return weeks.map((time) => ({ cohort: Math.min(...weeks), time }))
    })
    return [...groupBy(visits, ({ cohort, time }) => `${cohort} ${time}`).values()].map((same) => ({
      ...labels,
      ...same[0]!,
      value: same.length,
    }))
  })
}

/** What each event of a page view stands for: itself and the numbers missing before it, or nothing when its number was there before. */
function numbered(events: readonly StoredEvent[], from: number): { event: StoredEvent; captured: number }[] {
  const ordered = inOrder(events).sort((a, b) => a.seq - b.seq)
  return ordered.map((event, index) => {
    const before = index > 0 ? ordered[index - 1]!.seq : event.page >= firstIdAt(from) ? -1 : event.seq - 1
    return { event, captured: event.seq - before }
  })
}

function ledger(
  events: readonly StoredEvent[],
  measure: Ledger,
  by: readonly string[],
  from: number,
  windowOf: (time: number) => number,
): Row[] {
  const rows = labelled(
    events.filter((event) => fits(event, measure.ledger)),
    by,
  ).flatMap(([labels, own]) =>
    [...groupBy(own, ({ page }) => page).values()].flatMap((page) => numbered(page, from)).map((item) => ({ ...item, labels })),
  )
  const groups = groupBy(rows, ({ event, labels }) => JSON.stringify([labels, windowOf(event.time)]))
  return [...groups.values()].flatMap((group) => {
    const captured = sum(group.map((item) => item.captured))
    const stored = group.filter((item) => item.captured > 0).length
    const base = { ...group[0]!.labels, time: windowOf(group[0]!.event.time) }
    const stages = { captured, stored, missing: captured - stored, doubled: group.length - stored }
    return Object.entries(stages).map(([stage, value]) => ({ ...base, stage, value }))
  })
}

function rowsOf(events: readonly StoredEvent[], measure: Exclude<Measure, Retention | Ledger>, { by, steps }: Query): Row[] {
  if ('take' in measure) return aggregate(events, measure, by)
  if ('ratio' in measure) return ratio(events, measure, by)
  if ('funnel' in measure) return funnel(events, measure, by, steps)
  return measure.stages.flatMap(({ name, measure: part }) => aggregate(events, part, by).map((row) => ({ ...row, stage: name })))
}

/**
 * The rows of a metric, computed the plain way from the events themselves. Slow and simple: it is what the two stores are held against.
 */
export function evaluate(metric: Metric, query: Query, stored: readonly StoredEvent[]): Row[] {
  const { from, to } = rangeOf(metric, query)
  const { measure } = metric
  const fields = Object.entries(query.filters)
  const events = stored
    .filter(({ time }) => time >= from && time < to)
    .filter((event) => fields.every(([column, values]) => !hasColumn(event.type, column) || values.includes(String(cell(event, column)))))
  const starts = query.window && windowStarts(query.window, from, to, query.zone)
  const windowOf = (time: number) => starts?.filter((start) => start <= time).at(-1) ?? 0
  if ('retention' in measure) return retention(events, measure, { ...query, from, to })
  if ('ledger' in measure) {
    const rows = ledger(events, measure, query.by, from, windowOf)
    return starts ? rows : rows.map(({ time: _time, ...row }) => row as Row)
  }
  if (!starts) return rowsOf(events, measure, query)
  const windows = groupBy(events, ({ time }) => String(windowOf(time)))
  return [...windows].flatMap(([time, own]) => rowsOf(own, measure, query).map((row) => ({ ...row, time: Number(time) })))
}
