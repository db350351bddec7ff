import type { Metric } from '@webwatch/events/metric.ts'
import type { FluxFrame } from '../flux/script.ts'
import { BUCKET, choiceOf, type FilterVariable, HOURLY_BUCKET, OLD, WEEKS, WINDOW, WINDOW_IMPORTS } from './variables.ts'

/** Longer ranges are answered from what is kept of page views: made of events, a day takes too long on a large site, and 30 days on any. */
const LONG = { bucket: HOURLY_BUCKET, when: `int(v: v.timeRangeStop) - int(v: v.timeRangeStart) > int(v: 1d) or ${OLD}` }
const HOURS = { bucket: HOURLY_BUCKET, when: OLD }

/** What a panel wants of a metric. */
export interface PanelQuery {
  /** One row for each window of time: arguments of Flux's `window`. */
  window?: string
  by?: readonly string[]
  /** The largest so many rows, or series. */
  limit?: number
  /** Variables of the dashboard that apply. */
  filters?: readonly FilterVariable[]
}

/** Where a query of a panel reads, and what it is limited to. */
export function frameOf({ latestSeconds, measure }: Metric, { window, by, limit, filters = [] }: PanelQuery): FluxFrame {
  const start = latestSeconds === undefined ? 'v.timeRangeStart' : `date.sub(d: ${latestSeconds}s, from: v.timeRangeStop)`
  return {
    bucket: BUCKET,
    start,
    stop: 'v.timeRangeStop',
    choices: filters.map(choiceOf),
    summaries: LONG,
    hours: HOURS,
    ...(by && { by }),
    ...(window && { window }),
    ...('retention' in measure && { weeks: WEEKS }),
    ...(limit !== undefined && !window && { limit }),
    imports: [...(latestSeconds === undefined ? [] : ['date']), ...(window === WINDOW || 'retention' in measure ? WINDOW_IMPORTS : [])],
  }
}
