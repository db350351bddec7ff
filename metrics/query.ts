import type { Aggregate, FunnelStep, Measure, Metric, Source, Take } from '@webwatch/events/metric.ts'
import { commonTags } from './columns.ts'
import type { Window } from './zone.ts'

/** What is asked of a metric, with concrete values. */
export interface Query {
  /** ms since the epoch; included. */
  readonly from: number
  /** ms since the epoch; not included. */
  readonly to: number
  /** IANA name: days, weeks and months are those of its clocks. */
  readonly zone: string
  /** For each column the values of which one must hold. */
  readonly filters: Readonly<Record<string, readonly string[]>>
  /** Columns by which it is broken down. */
  readonly by: readonly string[]
  readonly window?: Window
  /** Steps of a funnel that has none of its own. */
  readonly steps?: readonly FunnelStep[]
}

/**
 * One number of an answer: `value`, with the columns that it was broken down by. `time` is the first moment of its window, in ms since the
 * epoch; `stage`, `bucket` and `cohort` are there where the measure has them.
 */
export interface Row {
  readonly time?: number
  readonly value: number
  readonly [column: string]: string | number | null | undefined
}

/** The range that is looked at: a metric about the present looks at the end of it alone. */
export function rangeOf({ latestSeconds }: Metric, { from, to }: Query): { from: number; to: number } {
  return { from: latestSeconds === undefined ? from : Math.max(from, to - latestSeconds * 1_000), to }
}

/** The parts of a measure, each with the name of its stage. */
export function aggregatesOf(measure: Measure): readonly Aggregate[] {
  if ('take' in measure) return [measure]
  if ('ratio' in measure) return [measure.ratio, measure.over]
  if ('stages' in measure) return measure.stages.map((stage) => stage.measure)
  return []
}

/** All kinds of events that a metric looks at. */
export function sourcesOf({ measure }: Metric, steps: readonly FunnelStep[] = []): readonly Source[] {
  if ('funnel' in measure) return (measure.steps ?? steps).map(({ of }) => of)
  if ('retention' in measure) return [measure.of]
  if ('ledger' in measure) return [measure.ledger]
  return aggregatesOf(measure).flatMap(({ of }) => of)
}

/** Whether counts per hour, which are kept longer than events, answer it with these breakdowns and filters: metrics/aggregates.ts. */
export function outlivesEvents({ of, each, take, by = [] }: Aggregate, columns: readonly string[]): boolean {
  const asked = [...by, ...columns, ...of.flatMap(({ where = [] }) => where.map(({ column }) => column))]
  return take === 'count' && !each && asked.every((column) => (commonTags as readonly string[]).includes(column))
}

/** The column whose texts are told apart, if any. */
export function textsOf(take: Take): readonly string[] {
  if (typeof take === 'string') return []
  if ('distinct' in take) return [take.distinct]
  return 'once' in take ? [take.once] : []
}

/**
 * Whether it is about how visits begin, end or go on. Those cannot be told from the events of one page: each visit that came by would begin there,
 * and look at one page only.
 */
export const isOfWholeVisits = ({ measure }: Metric): boolean =>
  aggregatesOf(measure).some(
    ({ each, take }) => each?.entity === 'session' || (typeof take === 'object' && 'once' in take && take.once === 'session'),
  )

/** Columns by which a metric is always broken down. */
export function fixedColumns({ measure }: Metric): readonly string[] {
  const [first] = aggregatesOf(measure)
  if (!first) return []
  return [...(first.by ?? []), ...(first.each && 'as' in first.each ? [first.each.as] : [])]
}

/** Columns of the rows of an answer, besides `time` and `value`, in their order. */
export function columnsOfRows(metric: Metric, by: readonly string[]): readonly string[] {
  const { measure } = metric
  const own: string[] = []
  if ('stages' in measure || 'funnel' in measure || 'ledger' in measure) own.push('stage')
  if ('retention' in measure) own.push('cohort')
  if ('take' in measure && typeof measure.take === 'object' && ('reach' in measure.take || 'histogram' in measure.take)) own.push('bucket')
  return [...new Set([...fixedColumns(metric), ...by]), ...own]
}

/** Names of the stages of a metric, in their order. */
export function stagesOf({ measure }: Metric, steps: readonly FunnelStep[] = []): readonly string[] {
  if ('stages' in measure) return measure.stages.map(({ name }) => name)
  if ('funnel' in measure) return (measure.steps ?? steps).map(({ name }) => name)
  return 'ledger' in measure ? ['captured', 'stored', 'missing', 'doubled'] : []
}
