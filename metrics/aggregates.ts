import { eventTypes } from '@webwatch/events'
import type { EventDefinition } from '@webwatch/events/definition.ts'
import type { Aggregate } from '@webwatch/events/metric.ts'
import { commonTags, MEASUREMENT } from './columns.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How long after it happened an event may be stored and still be met by the next runs of the minutes' task, in ms. */
export const FRESH_MS = 5 * MINUTE_MS

/** For so long events are kept at least, in ms, whatever the setting: what is younger is answered from events alone. */
export const RAW_AT_LEAST_MS = 8 * DAY_MS

/** The measurement in which a sink notes that it stored late events: `events`, their number, `from` and `until`, the first and the last one's time in ms since the epoch. */
export const LATE_MEASUREMENT = 'late_events'

/** Aggregates per hour have a bucket of their own: beside those per minute, a sum over `aggregated` would count everything twice. */
export const hourlyBucket = (bucket: string): string => `${bucket}_hourly`

/** Numbers that are kept of each stretch of time, longer than the events that they are made of. */
export interface Aggregates {
  /** Length of a stretch, as Flux and as ms. */
  readonly every: string
  readonly everyMs: number
  /** The tags that stay apart. */
  readonly tags: readonly string[]
  /** What is kept: questions like those of the catalogue, and the names of the fields for the answers. */
  readonly fields: readonly { readonly name: string; readonly measure: Aggregate & { readonly take: 'count' | 'mean' } }[]
}

const definitions: readonly EventDefinition[] = eventTypes
const count = { name: 'count', measure: { of: [{ types: definitions.map(({ type }) => type) }], take: 'count' } } as const

const averaged = [...new Set(definitions.flatMap(({ averages }) => averages))]

const average = (property: string) => ({
  name: `avg_${property}`,
  measure: {
    of: definitions.filter(({ averages }) => averages.includes(property)).map(({ type }) => ({ types: [type], value: property })),
    take: 'mean' as const,
  },
})

/** How many events there were in each minute, and the averages that their types name, by site and page. */
export const minutes: Aggregates = {
  every: '1m',
  everyMs: MINUTE_MS,
  tags: ['site', 'url'],
  fields: [count, ...averaged.map(average)],
}

/** How many events there were in each hour, by everything that all events can be told apart by: counts that outlive the events. */
export const hours: Aggregates = { every: '1h', everyMs: HOUR_MS, tags: commonTags, fields: [count] }

/** What the rows of aggregates are grouped by. */
export const groupedBy = ({ tags }: Aggregates): readonly string[] => [MEASUREMENT, ...tags]
