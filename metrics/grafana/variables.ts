import { RAW_AT_LEAST_MS } from '../aggregates.ts'

/*
 * Flux with Grafana's variables in it. Grafana puts in `v.…` as text, for whatever stands before the dot, and `${name:regex}` as a regular
 * expression of the chosen values. So that nothing else is replaced, no column may be called like one of its own (`r.bucket`).
 */

/** Variables of a dashboard that limit what its panels look at. */
export const filterVariables = ['site', 'url', 'device', 'country'] as const
export type FilterVariable = (typeof filterVariables)[number]

/** The bucket of the chosen store. */
export const BUCKET = 'v.defaultBucket'
/** Where what is kept longer than events is. */
export const HOURLY_BUCKET = `${BUCKET} + "_hourly"`
/** Whether there may be nothing left of the range's first events. */
export const OLD = `int(v: v.timeRangeStart) < int(v: now()) - ${RAW_AT_LEAST_MS}000000`

/** The name of the viewer's time zone, or `utc`, as Grafana tells it from version 10 on. Before, the text stays as it is, and days are those of UTC. */
const ZONE = '$__timezone'
/** The same as a `location` of Flux. */
export const VIEWERS_ZONE = `if "${ZONE}" =~ /^[A-Z]/ then timezone.location(name: "${ZONE}") else timezone.utc`

/** Arguments of `window` for a panel's points, by the clocks of UTC. */
export const UTC_WINDOW = 'every: v.windowPeriod'
/** The same with the days of the viewer. Storage makes windows by itself where they are UTC's, which shorter ones may be. */
export const WINDOW = `${UTC_WINDOW}, location: if int(v: v.windowPeriod) < int(v: 1d) then timezone.utc else ${VIEWERS_ZONE}`
/** The same for weeks, which begin on Mondays. */
export const WEEKS = `every: 1w, offset: 4d, location: ${VIEWERS_ZONE}`
/** What both need. */
export const WINDOW_IMPORTS = ['timezone'] as const

/** The condition that a tag has one of the chosen values. */
export const filterOf = (variable: FilterVariable): string => `r["${variable}"] =~ /^\${${variable}:regex}$/`

/** The same where something is chosen. All is `.*`, which this format makes another text of; of everything else it leaves nothing that ends a Flux text. */
export const choiceOf = (variable: FilterVariable) => ({
  condition: filterOf(variable),
  none: `"\${${variable}:percentencode}" == ".%2A"`,
})

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
