import { fluxDateTime, InfluxDB } from '@influxdata/influxdb-client'
import { DeleteAPI } from '@influxdata/influxdb-client-apis'
import { hourlyBucket } from '@webwatch/metrics/aggregates.ts'
import { VIEWS_KIND } from '@webwatch/metrics/flux/rows.ts'
import { quote } from '@webwatch/metrics/flux/script.ts'
import { healthBucket } from '@webwatch/metrics/health.ts'
import type { InfluxConfig } from '../config.ts'
import { fluxTime, LAST_NS, type RunFlux, readTime } from './influx-events.ts'
import { type LateSpan, merged } from './late-note.ts'
import type { Whom } from './sink.ts'

/** A point of somebody, or of somebody else in between. */
export interface Spot {
  ns: bigint
  /** Values of all tags, and the measurement. */
  tags: Readonly<Record<string, string>>
  theirs: boolean
}

/** A stretch of time in which all points with these tags are to go. */
export interface Stretch {
  tags: Readonly<Record<string, string>>
  from: bigint
  to: bigint
}

/** Deletes everything with these tags in a stretch of time, both ends included. */
export type DeleteStretch = (stretch: Stretch) => Promise<void>

const LONG_TIMEOUT_MS = 600_000

/** Quotes a value for a predicate: https://docs.influxdata.com/influxdb/v2/reference/syntax/delete-predicate/ */
const quoted = (value: string): string => `"${value.replace(/[\\"]/g, '\\$&')}"`

/** Makes the function that deletes; a delete may take long, since InfluxDB looks at every series that fits. */
export function influxDelete(config: InfluxConfig, bucket = config.bucket): DeleteStretch {
  const api = new DeleteAPI(new InfluxDB({ url: config.url, token: config.token, timeout: LONG_TIMEOUT_MS }))
  return async ({ tags, from, to }) => {
    const predicate = Object.entries(tags)
      .map(([name, value]) => `${name}=${quoted(value)}`)
      .join(' AND ')
    await api.postDelete({ bucket, org: config.organisation, body: { start: fluxTime(from), stop: fluxTime(to), predicate } })
  }
}

/** What a predicate may name, from little to everything. The less it names, the further a stretch can go, unless somebody else's point lies in it. */
const detail: readonly ((tags: Spot['tags']) => Spot['tags'])[] = [
  ({ site, data_type }) => ({ site: site!, data_type: data_type! }),
  ({ site, data_type, _measurement }) => ({ site: site!, data_type: data_type!, _measurement: _measurement! }),
  (tags) => tags,
]

function stretchesBy(spots: readonly Spot[], tagsOf: (tags: Spot['tags']) => Spot['tags']): Stretch[] {
  const open = new Map<string, Stretch>()
  const stretches: Stretch[] = []
  for (const { ns, tags, theirs } of spots) {
    const own = tagsOf(tags)
    const key = JSON.stringify(own)
    const stretch = open.get(key)
    if (!theirs) open.delete(key)
    else if (stretch) stretch.to = ns
    else {
      const begun = { tags: own, from: ns, to: ns }
      open.set(key, begun)
      stretches.push(begun)
    }
  }
  return stretches
}

/**
 * InfluxDB deletes by tags and time alone, and a visitor is a field. So the times of their points are put together to stretches in which nobody
 * else has one, at that level of detail which needs the fewest.
 * @param spots in the order of their times
 */
export function stretchesOf(spots: readonly Spot[]): Stretch[] {
  const candidates = detail.map((tagsOf) => stretchesBy(spots, tagsOf))
  // Two points of one ns and the same tags are one point, so only the full detail can never take somebody else's with it.
  const clean = candidates.filter((stretches, level) => level === detail.length - 1 || !sharesMoment(spots, stretches))
  return clean.reduce((fewest, stretches) => (stretches.length < fewest.length ? stretches : fewest))
}

/** Whether somebody else has a point in the very ns in which a stretch begins or ends. */
function sharesMoment(spots: readonly Spot[], stretches: readonly Stretch[]): boolean {
  const others = new Set(spots.filter(({ theirs }) => !theirs).map(({ ns }) => ns))
  return stretches.some(({ from, to }) => others.has(from) || others.has(to))
}

const internal = new Set(['result', 'table', '_start', '_stop', '_time', '_value', '_field'])

/** Reads a row of the query for visitors. */
function spotOf(row: Record<string, unknown>, visitor: string): Spot {
  const tags = Object.fromEntries(
    Object.entries(row).filter((entry): entry is [string, string] => !internal.has(entry[0]) && typeof entry[1] === 'string'),
  )
  return { ns: readTime(row._time as string), tags, theirs: row._value === visitor }
}

const byTime = (a: Spot, b: Spot): number => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0)

const NS_PER_MS = 1_000_000n
const MINUTE_NS = 60_000n * NS_PER_MS
const HOUR_NS = 60n * MINUTE_NS
const DAY_NS = 24n * HOUR_NS
/** From when on page views may have their points that have events at a moment: they begin a little before their first event, or are put to its day. */
const startOfViews = (ns: bigint): bigint => ns - HOUR_NS - ((ns - HOUR_NS) % DAY_NS)
/** Until when page views that began by a moment have events. */
const endOfViews = (ns: bigint): bigint => ns + DAY_NS
const msOf = (ns: bigint): number => Number(ns / NS_PER_MS)
/** A visit is over after so long without an event. */
const IDLE_NS = 30n * MINUTE_NS
/** As far ahead as an event may lie, and more. */
const END = 'date.add(d: 1d, to: now())'

const theirPoints = (bucket: string, visitor: string, site: string | undefined): string => `import "date"
from(bucket: ${quote(bucket)})
  |> range(start: 0, stop: ${END})
  |> filter(fn: (r) => r._field == "visitor" and r.data_type == "raw"${site === undefined ? '' : ` and r.site == ${quote(site)}`})
  |> filter(fn: (r) => r._value == ${quote(visitor)})`

const pointsBetween = (bucket: string, site: string, from: bigint, to: bigint): string => `from(bucket: ${quote(bucket)})
  |> range(start: ${fluxDateTime(fluxTime(from))}, stop: ${fluxDateTime(fluxTime(to + 1n))})
  |> filter(fn: (r) => r._field == "visitor" and r.data_type == "raw" and r.site == ${quote(site)})`

const pointsOfSite = (bucket: string, site: string): string => `import "date"
from(bucket: ${quote(bucket)})
  |> range(start: 0, stop: ${END})
  |> filter(fn: (r) => r._field == "count" and r.data_type == "raw" and r.site == ${quote(site)})
  |> group()
  |> count()`

/** The visits that points belong to, as site and time. */
function visitsOf(points: readonly Spot[]): { site: string; from: bigint; to: bigint }[] {
  const visits: { site: string; from: bigint; to: bigint }[] = []
  for (const { ns, tags } of [...points].sort(byTime)) {
    const site = tags.site!
    const visit = visits.findLast((candidate) => candidate.site === site)
    if (visit && ns - visit.to <= IDLE_NS) visit.to = ns
    else visits.push({ site, from: ns, to: ns })
  }
  return visits
}

/**
 * Deletes a site, aggregates and all, or a visitor: then the aggregates of the time of their visits go too, and `makeAnew` is told which must be made
 * anew from what is left.
 * @returns how many points there were
 */
export async function forgetIn(
  config: InfluxConfig,
  run: RunFlux,
  whom: Whom,
  makeAnew: (spans: LateSpan[]) => Promise<void>,
): Promise<number> {
  const { bucket } = config
  const inBucket = influxDelete(config)
  const inHourly = influxDelete(config, hourlyBucket(bucket))
  // No earlier than must be: what is before may be of events that have gone, and cannot be made anew.
  const aggregates = [
    { remove: inBucket, data_type: 'aggregated', startOf: (from: bigint) => from - (from % MINUTE_NS) },
    { remove: inHourly, data_type: 'aggregated', startOf: (from: bigint) => from - (from % HOUR_NS) },
    { remove: inHourly, data_type: VIEWS_KIND, startOf: startOfViews },
  ]
  if (whom.visitor === undefined) {
    const [row] = await run(pointsOfSite(bucket, whom.site))
    // Losses per minute and marks of deployments bear the site's name too.
    for (const remove of [inBucket, inHourly, influxDelete(config, healthBucket(bucket))])
      await remove({ tags: { site: whom.site }, from: 0n, to: LAST_NS })
    return Number(row?._value ?? 0)
  }
  const { visitor } = whom
  const theirs = (await run(theirPoints(bucket, visitor, whom.site))).map((row) => spotOf(row, visitor))
  const visits = visitsOf(theirs)
  for (const { site, from, to } of visits) {
    const spots = (await run(pointsBetween(bucket, site, from, to))).map((row) => spotOf(row, visitor)).sort(byTime)
    for (const stretch of stretchesOf(spots)) await inBucket(stretch)
    for (const { remove, data_type, startOf } of aggregates) await remove({ tags: { site, data_type }, from: startOf(from), to })
  }
  if (visits.length > 0)
    await makeAnew(merged(visits.map(({ from, to }) => ({ from: msOf(startOfViews(from)), until: msOf(endOfViews(to)), events: 0 }))))
  return theirs.length
}
