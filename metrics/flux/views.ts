import type { Aggregate, Source } from '@webwatch/events/metric.ts'
import { catalogue } from '../catalogue.ts'
import { commonTags } from '../columns.ts'
import { aggregatesOf } from '../query.ts'
import type { Reach } from './reach.ts'
import { groupedRows, VIEWS_KIND, VIEWS_MEASUREMENT } from './rows.ts'
import { define, give, groupBy, list, quote, type Script, union } from './script.ts'

/*
 * The largest value of each page view, which many metrics ask for, takes the sorting of all events that tell one. So a task of InfluxDB keeps it ready:
 * a point for each page view, at the moment at which the view began, with a field for each kind of value.
 */

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const uuid = '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'

/**
 * When a page view began, in ms since the epoch: what its id tells, a UUIDv7 that is made at that moment. The day (UTC) of the event where the id
 * tells nothing, or something that cannot be because a clock was wrong.
 * @param time of one of its events, in ms since the epoch
 */
export function beganAt(page: string, time: number): number {
  const told = new RegExp(uuid).test(page) ? Number.parseInt(page.slice(0, 8) + page.slice(9, 13), 16) : Number.NaN
  return told > time - DAY_MS && told < time + MINUTE_MS ? told : time - (time % DAY_MS)
}

/** The same in Flux, with a place within the ms, or the first seconds of the day, which hardly two page views share. */
const began = `began = (page, at) => {
  told = if page =~ /${uuid}/ then hex.int(v: strings.substring(v: page, start: 0, end: 8) + strings.substring(v: page, start: 9, end: 13)) else 0
  ms = int(v: at) / 1000000
  return if told > ms - ${DAY_MS} and told < ms + ${MINUTE_MS}
    then time(v: told * 1000000 + hex.int(v: strings.substring(v: page, start: 31, end: 36)) % 1000000)
    else time(v: int(v: date.truncate(t: at, unit: 1d)) + hex.int(v: strings.substring(v: hash.sha256(v: page), start: 0, end: 8)))
}`

const imports = ['contrib/bonitoo-io/hex', 'contrib/qxip/hash', 'date', 'strings']

/** What is kept of page views: the names of the fields, and where their values come from. */
const viewSummaries: ReadonlyMap<string, readonly Source[]> = new Map(
  catalogue
    .flatMap(({ measure }): readonly Aggregate[] => aggregatesOf(measure))
    .flatMap(({ of, each }) => (each?.keep === 'max' ? [[each.summary, of] as const] : [])),
)

/**
 * Brings the points of page views up to date with the events in reach. A value is written where it is larger than the one that is
 * kept, so neither the order of events nor their repetition matters.
 * @param viewsBucket of the points
 */
export function storeViews(script: Script, reach: Reach, viewsBucket: string): void {
  for (const name of imports) script.imports.add(name)
  script.statements.push(began)
  const tags = [...commonTags]
  const reached = reach.rows((part) => {
    const parts = [...viewSummaries].map(([name, of]) =>
      define(part, [
        groupedRows(part, of, { by: tags, columns: ['page'], value: true }),
        'sort(columns: ["_value"], desc: true)',
        'unique(column: "page")',
        `set(key: "_field", value: ${quote(name)})`,
      ]),
    )
    return define(part, [union(parts)])
  })
  const columns = [...tags, '_field', '_time', '_value']
  const fresh = define(script, [
    reached,
    'map(fn: (r) => ({r with _time: began(page: r.page, at: r._time)}))',
    `keep(columns: ${list(columns)})`,
    'set(key: "origin", value: "fresh")',
  ])
  const kept = define(script, [
    `from(bucket: ${quote(viewsBucket)})`,
    `range(start: date.sub(d: 1d, from: ${reach.start}), stop: date.add(d: 1d, to: now()))`,
    `filter(fn: (r) => r._measurement == "${VIEWS_MEASUREMENT}")`,
    `keep(columns: ${list(columns)})`,
    'set(key: "origin", value: "kept")',
  ])
  give(script, [
    union([fresh, kept]),
    groupBy([...tags, '_field']),
    'sort(columns: ["_value"], desc: true)',
    'unique(column: "_time")',
    'filter(fn: (r) => r.origin == "fresh")',
    'drop(columns: ["origin"])',
    `set(key: "_measurement", value: "${VIEWS_MEASUREMENT}")`,
    `set(key: "data_type", value: "${VIEWS_KIND}")`,
    `to(bucket: ${quote(viewsBucket)}, tagColumns: ${list([...tags, 'data_type'])})`,
    'yield(name: "views")',
  ])
}
