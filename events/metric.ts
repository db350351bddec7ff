/**
 * A question that captured events answer, as plain data. What it means is said once, here: Flux for InfluxDB, SQL for DuckDB, the
 * dashboards and the catalogue page all follow from it. See docs/decisions/0005-a-metric-is-data.md.
 */
export interface Metric {
  /** Stable name: part of the address `GET /v1/query/<id>`. */
  readonly id: string
  /** The question's subject in a site owner's words: "Bounce rate". */
  readonly title: string
  /** What it means, and how it is computed. */
  readonly description: string
  readonly unit: Unit
  /** The picture that shows it best. */
  readonly picture: Picture
  readonly measure: Measure
  /** Columns by which it can be broken down; it can be filtered by these and by `site` and every tag. */
  readonly breakdowns: readonly string[]
  /** From where on the value is worth a look, and from where on it is bad; the direction follows from their order. */
  readonly thresholds?: { readonly warn: number; readonly bad: number }
  /** Looks only at so many seconds before the end of the range: "now". */
  readonly latestSeconds?: number
}

/** `share` is a number from 0 to 1. Times are in seconds, unless they are in ms. */
export type Unit = 'count' | 'share' | 'seconds' | 'milliseconds' | 'percent' | 'pixels' | 'score' | 'per session'

export type Picture = 'number' | 'line' | 'bars' | 'table' | 'pie' | 'gauge' | 'histogram' | 'heatmap' | 'map' | 'funnel'

/** How a metric is computed. All numbers hold for the events of one range, or one window of it, and one value of each breakdown, as if there were no others. */
export type Measure = Aggregate | Ratio | Stages | Funnel | Retention | Ledger

/**
 * Events of one or more types.
 *
 * Columns are tags (`site`, `url`, `target`, `device`, `browser`, `country`, `source`), fields of every event (`session`, `visitor`, `page`,
 * `os`, `href`), properties of the type's `data`, and what metrics/columns.ts derives from these.
 */
export interface Source {
  readonly types: readonly string[]
  /** All must hold. */
  readonly where?: readonly Condition[]
  /** The number that each event brings: a column, or the same for all. */
  readonly value?: string | number
  /** Only events on pages (`url`) on which events of one of these types happened too: in the same range or window, and with the same value of each breakdown. */
  readonly alongside?: readonly string[]
}

/** A test of one column; exactly one of the tests is given. An event without the column passes `absent: true` alone. */
export type Condition = { readonly column: string } & (
  | { readonly is: string | number | boolean }
  | { readonly isNot: string }
  | { readonly absent: true }
)

/** A test of a number. */
export type Limit = { readonly atMost: number } | { readonly above: number }

/** Who or what is looked at as one: a page view, a visit, a visitor. */
export type Entity = 'page' | 'session' | 'visitor'

/** One row for each entity instead of one for each event. */
export type Each =
  /** The largest value of its page view's events. InfluxDB keeps it ready in the field `summary` of the page view's own point (metrics/flux/views.ts). */
  | { readonly entity: 'page'; readonly keep: 'max'; readonly summary: string }
  /** The text of a column in its first or last event, by time; the result is broken down by it, under the name `as`. */
  | { readonly entity: Entity; readonly keep: 'first' | 'last'; readonly column: string; readonly as: string }
  /** Seconds from its first event of the first source to its last event of the second, where both are there in this order. */
  | { readonly entity: Entity; readonly keep: 'span' }

/** What becomes of the rows: their number, a statistic of their values, or something about distinct texts. */
export type Take =
  /** Percentiles interpolate linearly between the two nearest values (method 7 of Hyndman and Fan, 1996). */
  | 'count'
  | 'sum'
  | 'mean'
  | 'min'
  | 'max'
  | 'median'
  | 'p75'
  | 'p95'
  | { readonly distinct: string }
  /** The part of the distinct texts that only one row has. */
  | { readonly once: string }
  /** The part of the rows whose value passes. */
  | { readonly share: Limit }
  /** For each of these numbers the part of the rows whose value reaches it; the number is in the column `bucket`. */
  | { readonly reach: readonly number[] }
  /** The number of rows by value: above the bound before and up to this one, which is in the column `bucket`; `null` above the last. */
  | { readonly histogram: readonly number[] }

/** One number from many events. */
export interface Aggregate {
  readonly of: readonly Source[]
  readonly each?: Each
  readonly take: Take
  /** Columns by which it is always broken down. */
  readonly by?: readonly string[]
}

/** One number over another; nothing where the other is 0. */
export interface Ratio {
  readonly ratio: Aggregate
  readonly over: Aggregate
}

/** Several numbers side by side, told apart by the column `stage`. */
export interface Stages {
  readonly stages: readonly { readonly name: string; readonly measure: Aggregate }[]
}

/**
 * How many get through steps in their order: a later step counts with an event after the one that completed the step before.
 * Without steps of its own a metric takes them from who asks.
 */
export interface Funnel {
  readonly funnel: Entity
  readonly steps?: readonly FunnelStep[]
}

export interface FunnelStep {
  readonly name: string
  readonly of: Source
}

/** How many of the visitors who were first seen in one week (column `cohort`, its first moment) were seen in a later one (`time`). */
export interface Retention {
  readonly retention: Entity
  readonly of: Source
}

/**
 * What was captured, what is stored, what is missing between, and what is stored more than once (column `stage`), from the numbers of events within their page view. A gap
 * counts where the event after it lies. Numbers before a page view's first event count when the view began in the range, which its id tells.
 */
export interface Ledger {
  readonly ledger: Source
}

/** What every event can be broken down by. */
export const COMMON = ['url', 'device', 'browser', 'country', 'source'] as const
