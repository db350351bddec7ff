import type { FunnelStep, Metric } from '@webwatch/events/metric.ts'
import { columnsInAll, commonTags, isOfWholeVisits, isZone, parseWindow, type Query, sourcesOf, windowStarts } from '@webwatch/metrics'
import { invalid, moment, one, type Parameters } from '../parameters.ts'

/** Most windows of one answer. */
const MAX_WINDOWS = 5_000
const MAX_STEPS = 10
const MAX_ROWS = 10_000
const DAY_MS = 86_400_000

/** A request for a metric, read and checked. */
export interface MetricRequest {
  readonly query: Query
  readonly compare: boolean
  /** Most rows of one page, and how many come before it. */
  readonly limit: number
  readonly offset: number
}

/** Parameters that are not the names of columns. */
const own = new Set(['from', 'to', 'zone', 'window', 'by', 'step', 'compare', 'limit', 'cursor'])

const many = (value: string | string[] | undefined): string[] => (value === undefined ? [] : [value].flat())

const WHOLE_VISITS = 'url is not for a metric of whole visits: of one page nobody can tell how a visit begins, ends or goes on'

function readBy(metric: Metric, value: string | undefined): string[] {
  const { breakdowns } = metric
  const columns = [...new Set((value ?? '').split(',').filter(Boolean))]
  const unknown = columns.find((column) => !breakdowns.includes(column))
  if (unknown === undefined) return columns
  if (unknown === 'url' && isOfWholeVisits(metric)) throw invalid(`by: ${WHOLE_VISITS}`)
  throw invalid(
    `by: this metric cannot be broken down by ${unknown}; ${breakdowns.length > 0 ? `it can by ${breakdowns.join(', ')}` : 'it stands as it is'}`,
  )
}

function readFilters(metric: Metric, parameters: Parameters, steps: readonly FunnelStep[]): Query['filters'] {
  const types = sourcesOf(metric, steps).flatMap((source) => source.types)
  const isWhole = isOfWholeVisits(metric)
  const known = columnsInAll(types, [...new Set([...commonTags, ...metric.breakdowns])]).filter((name) => name !== 'url' || !isWhole)
  const given = Object.entries(parameters).filter(([name]) => !own.has(name))
  if (isWhole && given.some(([name]) => name === 'url')) throw invalid(WHOLE_VISITS)
  const unknown = given.find(([name]) => !known.includes(name))
  if (unknown) throw invalid(`${unknown[0]} is no parameter, nor a column by which this metric can be filtered: ${known.join(', ')}`)
  const filters = given.map(([name, value]) => [name, many(value).filter(Boolean)] as const)
  return Object.fromEntries(filters.filter(([, values]) => values.length > 0))
}

/** Reads `url:https://shop.example/cart` or `target:#buy`. */
function readStep(text: string): FunnelStep {
  const [, column, value] = /^(url|target):(.+)$/s.exec(text) ?? []
  if (!column || !value) throw invalid('step is neither url:ADDRESS nor target:SELECTOR')
  return { name: text, of: { types: [column === 'url' ? 'pageview' : 'click'], where: [{ column, is: value }] } }
}

function readSteps({ measure }: Metric, value: Parameters[string]): FunnelStep[] {
  const steps = many(value).map(readStep)
  if (!('funnel' in measure) || measure.steps) {
    if (steps.length > 0) throw invalid('step is for funnels alone')
    return []
  }
  if (steps.length < 2 || steps.length > MAX_STEPS)
    throw invalid(`a funnel needs 2 to ${MAX_STEPS} steps: step=url:ADDRESS&step=target:SELECTOR`)
  if (new Set(steps.map(({ name }) => name)).size < steps.length) throw invalid('a step is given more than once')
  return steps
}

function readWindow(text: string | undefined, from: number, to: number, zone: string): Query['window'] {
  if (text === undefined) return undefined
  const window = parseWindow(text)
  if (!window) throw invalid('window is not one of 1m … 720m (a divisor of a day), 1h … 24h (a divisor of a day), 1d, 1w, 1mo')
  const length = { m: 60_000, h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS, mo: 28 * DAY_MS }[window.unit] * window.every
  if ((to - from) / length > MAX_WINDOWS || windowStarts(window, from, to, zone).length > MAX_WINDOWS) {
    throw invalid(`from, to and window make more than ${MAX_WINDOWS} windows`)
  }
  return window
}

function readLimit(text: string | undefined): number {
  const limit = Number(text ?? 1_000)
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_ROWS) throw invalid(`limit is not a whole number from 1 to ${MAX_ROWS}`)
  return limit
}

/** Where a page of an answer begins, and the range that it is about, which does not move on with the clock. */
interface Place {
  readonly offset: number
  readonly from: number
  readonly to: number
}

/** Opaque to callers, who only hand it back. */
export const encodeCursor = ({ offset, from, to }: Place): string => Buffer.from(`rows|${offset}|${from}|${to}`).toString('base64url')

function readCursor(text: string | undefined): Place | undefined {
  if (text === undefined) return undefined
  const [, offset, from, to] = /^rows\|(\d{1,9})\|(\d{1,16})\|(\d{1,16})$/.exec(Buffer.from(text, 'base64url').toString()) ?? []
  if (offset === undefined) throw invalid('cursor is not one that this collector gave out')
  return { offset: Number(offset), from: Number(from), to: Number(to) }
}

/**
 * Reads the parameters of a request for a metric.
 * @param now ms since the epoch; the range ends here and is a day long unless told otherwise
 * @param zones by whose clocks the days of sites are counted, unless the request names another zone
 * @throws {RequestError} invalid_query, with what would be right
 */
export function readMetricRequest(metric: Metric, parameters: Parameters, now: number, zones: ReadonlyMap<string, string>): MetricRequest {
  const zone = one(parameters, 'zone') ?? zones.get(String(parameters.site).toLowerCase()) ?? zones.get('*') ?? 'UTC'
  if (!isZone(zone)) throw invalid('zone is not the name of a time zone, such as Europe/Berlin')
  const place = readCursor(one(parameters, 'cursor'))
  const to = moment(parameters, 'to', place?.to ?? now, zone)
  const from = moment(parameters, 'from', place?.from ?? Math.max(0, to - DAY_MS), zone)
  if (from >= to) throw invalid('from is not before to')
  const compare = one(parameters, 'compare')
  if (compare !== undefined && compare !== 'previous') throw invalid('compare is not previous')
  const steps = readSteps(metric, parameters.step)
  const isRetention = 'retention' in metric.measure
  const window = readWindow(one(parameters, 'window'), from, to, zone)
  if (isRetention && window) throw invalid('window is not for retention, which has weeks')
  if (isRetention) readWindow('1w', from, to, zone)
  const query: Query = {
    from,
    to,
    zone,
    filters: readFilters(metric, parameters, steps),
    by: readBy(metric, one(parameters, 'by')),
    ...(window && { window }),
    ...(steps.length > 0 && { steps }),
  }
  return {
    query,
    compare: compare !== undefined,
    limit: readLimit(one(parameters, 'limit')),
    offset: place?.offset ?? 0,
  }
}
