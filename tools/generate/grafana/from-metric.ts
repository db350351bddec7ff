import type { Metric, Unit } from '@webwatch/events/metric.ts'
import { isOfWholeVisits } from '@webwatch/metrics'
import { theMetric } from '@webwatch/metrics/catalogue.ts'
import { binnedSeriesQuery, binsQuery, evenBounds, isOpen, withBins } from '@webwatch/metrics/grafana/bins.ts'
import { cohortsQuery } from '@webwatch/metrics/grafana/cohorts.ts'
import type { PanelQuery } from '@webwatch/metrics/grafana/frame.ts'
import { healthFigure, healthNumber, healthSeries } from '@webwatch/metrics/grafana/health.ts'
import { numberQuery, scaleQuery, totalQuery } from '@webwatch/metrics/grafana/numbers.ts'
import { isByCountry, placesQuery, rowsQuery } from '@webwatch/metrics/grafana/rows.ts'
import { cellsQuery, seriesQuery } from '@webwatch/metrics/grafana/series.ts'
import { type FilterVariable, filterVariables } from '@webwatch/metrics/grafana/variables.ts'
import type { PanelType } from './model.ts'
import type { Asks, PanelSpec } from './panel.ts'

/** Grafana's names of our units. */
const units: Record<Unit, string> = {
  count: 'short',
  share: 'percentunit',
  seconds: 's',
  milliseconds: 'ms',
  percent: 'percent',
  pixels: 'suffix: px',
  score: 'none',
  'per session': 'none',
}

/** What may be said of a panel besides its metric. */
export interface Look extends Partial<Omit<PanelSpec, 'type' | 'queries'>> {
  by?: string
  limit?: number
  filters?: readonly FilterVariable[]
}

const sizes: Partial<Record<PanelType, readonly [w: number, h: number]>> = {
  stat: [4, 4],
  gauge: [6, 7],
  piechart: [6, 8],
  bargauge: [8, 9],
}

/** What there is none of where a metric has nothing to say, unless its title says so. */
const subjects: Readonly<Record<string, string>> = {
  bounce_rate: 'visits',
  click_depth: 'clicks',
  clicks_per_page_view: 'page views',
  countries: 'visitors',
  devices: 'visitors',
  browsers: 'visitors',
  systems: 'visitors',
  new_and_returning: 'visitors',
  visitors: 'visitors',
  pages_per_session: 'visits',
  entry_pages: 'visits',
  exit_pages: 'visits',
  referrers: 'visits',
  utm_sources: 'visits',
  utm_mediums: 'visits',
  utm_campaigns: 'visits',
  retention: 'visitors',
  top_targets: 'clicks',
  mouse_y: 'mouse movements',
  scroll_reach: 'scroll depth',
  form_validity: 'form submissions',
  form_conversion: 'forms entered',
  form_completion_time: 'forms submitted',
  form_abandonment_rate: 'forms begun',
  error_rate: 'page views',
  field_dwell: 'fields entered',
  fields_left_empty: 'fields entered',
  hover_time: 'hovers',
  video_completion_rate: 'video plays',
  video_retention: 'video plays',
  audio_completion_rate: 'audio plays',
  downloads_by_kind: 'downloads',
}

const noun = ({ id, title }: Metric): string => subjects[id] ?? title.split(',')[0]!.toLowerCase()

/** An empty count is 0; a mean, share or percentile of nothing is not. */
const emptyOf = (metric: Metric): string =>
  metric.unit === 'count' && !('retention' in metric.measure) ? '0' : `No ${noun(metric)} in this range`

/** What the columns that panels are broken down by are called in a sentence. */
const nouns: Readonly<Record<string, string>> = {
  url: 'page',
  target: 'target',
  country: 'country',
  link_url: 'address',
  name: 'name',
  form_id: 'form',
  field_id: 'field',
  last_field: 'the field that was changed last',
  download_url: 'file',
  image_url: 'image',
  script_url: 'script',
}

/** Columns of answers have other names in panels. */
const withoutColumns = (description: string): string => description.replace(/ \((?:column `\w+`[^)]*|`time`)\)/g, '')

/** What the metric means, and by what the panel takes it apart. */
function descriptionOf(metric: Metric, { by, limit, filters = filterVariables }: Look): string {
  const { description: told } = metric
  const isWithoutPages = isOfWholeVisits(metric) && filters.includes('url')
  const description = withoutColumns(told) + (isWithoutPages ? ' Of all pages, whichever is chosen above.' : '')
  if (!by) return description
  const noun = nouns[by]
  if (!noun) throw new Error(`nothing says what the column ${by} is called`)
  return `${description} Here by ${noun}${limit === undefined ? '' : `, the ${limit} largest`}.`
}

function base(metric: Metric, type: PanelType, look: Look): Omit<PanelSpec, 'queries'> {
  const { by: _by, limit: _limit, filters: _filters, ...rest } = look
  const [w, h] = sizes[type] ?? [12, 8]
  return {
    type,
    title: metric.title,
    description: descriptionOf(metric, look),
    unit: units[metric.unit],
    empty: type === 'stat' || type === 'gauge' ? emptyOf(metric) : `No ${noun(metric)} in this range`,
    w,
    h,
    ...(metric.thresholds && { thresholds: metric.thresholds }),
    // Otherwise the smallest bar looks empty.
    ...((type === 'bargauge' || type === 'gauge' || type === 'timeseries' || type === 'barchart') && { min: 0 }),
    ...(type === 'gauge' && metric.unit === 'share' && { max: 1 }),
    ...rest,
  }
}

/** How visits begin or end is not limited to pages. */
const filtersOf = (metric: Metric, { filters = filterVariables }: Look): readonly FilterVariable[] =>
  isOfWholeVisits(metric) ? filters.filter((name) => name !== 'url') : filters

const optionsOf = (metric: Metric, look: Look): PanelQuery => ({
  filters: filtersOf(metric, look),
  ...(look.by && { by: [look.by] }),
  ...(look.limit !== undefined && { limit: look.limit }),
})

const words: Readonly<Record<string, string>> = {
  url: 'Page',
  entry_page: 'Page',
  exit_page: 'Page',
  target: 'Target',
  referrer_host: 'Site',
  utm_source: 'Source',
  utm_medium: 'Medium',
  utm_campaign: 'Campaign',
  stage: 'Stage',
  visit: 'Visitors',
}

const asks = (metric: Metric, shape: Asks['shape'], look: Look): { asks: Asks } => ({
  asks: {
    metric,
    shape,
    by: look.by ? [look.by] : [],
    filters: filtersOf(metric, look),
    ...(look.limit !== undefined && { limit: look.limit }),
  },
})

/** A metric as one number. */
export function numberPanel(id: string, type: 'stat' | 'gauge', look: Look = {}): PanelSpec {
  const metric = theMetric(id)
  return {
    ...base(metric, type, look),
    ...asks(metric, 'number', look),
    seriesName: look.seriesName ?? look.title ?? metric.title,
    queries: [numberQuery(metric, optionsOf(metric, look))],
  }
}

/** A total as a gauge, which is full when it is as much as another total. */
export function gaugeOutOf(id: string, full: string, look: Look = {}): PanelSpec {
  const panel = numberPanel(id, 'gauge', look)
  const [metric, whole] = [theMetric(id), theMetric(full)]
  return {
    ...panel,
    description: `${panel.description} The gauge is full with as many as there are ${whole.title.toLowerCase()}.`,
    full: whole,
    queries: [totalQuery(metric, optionsOf(metric, look)), scaleQuery(whole, optionsOf(whole, look))],
  }
}

/** A metric as rows: bars, pie or table. */
export function rowsPanel(id: string, type: 'bargauge' | 'piechart' | 'table' | 'barchart', look: Look = {}): PanelSpec {
  const metric = theMetric(id)
  const columns = { ...words, value: metric.title, ...look.columns }
  const options = optionsOf(metric, look)
  return {
    ...base(metric, type, look),
    ...asks(metric, isByCountry(metric, options.by ?? []) ? 'countries' : 'rows', look),
    ...(type === 'table' && { columns }),
    queries: [rowsQuery(metric, options)],
  }
}

/** A metric as a map, with every country that has a place on it. */
export function mapPanel(id: string, look: Look = {}): PanelSpec {
  const metric = theMetric(id)
  return {
    ...base(metric, 'geomap', look),
    ...asks(metric, 'places', look),
    queries: [placesQuery(metric, optionsOf(metric, look))],
  }
}

/** How many come back, as a table with a row for each week in which they were first seen. */
export function cohortTable(id: string, look: Look = {}): PanelSpec {
  const metric = theMetric(id)
  return {
    ...base(metric, 'table', look),
    ...asks(metric, 'cohorts', look),
    description: `${look.description ?? descriptionOf(metric, look)} They are those of the time zone in which the dashboard is looked at, before Grafana 10 those of UTC.`,
    unit: 'percentunit',
    decimals: 0,
    columns: { cohort: 'First seen in the week of', size: 'Visitors' },
    columnUnits: { cohort: 'time:YYYY-MM-DD', size: 'short' },
    shaded: '/^Week /',
    queries: [cohortsQuery(metric, optionsOf(metric, look))],
  }
}

/** A metric over time. */
export function linePanel(id: string, look: Look = {}): PanelSpec {
  const metric = theMetric(id)
  const name = look.by ? `\${__field.labels.${look.by}}` : metric.title
  return {
    ...base(metric, 'timeseries', look),
    ...asks(metric, 'series', look),
    seriesName: look.seriesName ?? name,
    queries: [seriesQuery(metric, optionsOf(metric, look))],
  }
}

/** How a metric is spread over its values, over time. */
export function binnedHeatmap(id: string, bounds: readonly number[], look: Look = {}): PanelSpec {
  const metric = theMetric(id)
  const options = optionsOf(metric, look)
  return {
    ...base(metric, 'heatmap', look),
    ...asks(withBins(metric, bounds), 'cells', look),
    description: `${look.description ?? descriptionOf(metric, look)} Each row is named by its upper end.`,
    unit: 'short',
    rowUnit: units[metric.unit],
    seriesName: '${__field.labels.reduced}',
    queries: [binnedSeriesQuery(metric, bounds, options)],
  }
}

/** A metric over time for each value of a column, as rows of cells. */
export function heatmap(id: string, look: Look & { by: string }): PanelSpec {
  const metric = theMetric(id)
  return {
    ...base(metric, 'heatmap', look),
    ...asks(metric, 'cells', look),
    seriesName: `\${__field.labels.${look.by}}`,
    queries: [cellsQuery(metric, optionsOf(metric, look))],
  }
}

/** How a metric is spread over its values, in the whole range. @param look with what the bars count */
export function histogram(id: string, step: number, count: number, { counts, ...look }: Look & { counts: string }): PanelSpec {
  const metric = theMetric(id)
  const description =
    (look.description ?? descriptionOf(metric, look)) + (isOpen(metric) ? ` The last bar holds all above ${step * count}.` : '')
  return {
    ...base(metric, 'histogram', { ...look, description }),
    // The unit of the bins is not that of what is counted in them.
    columns: { value: counts },
    columnUnits: { value: 'short' },
    ...asks(withBins(metric, evenBounds(step, count)), 'rows', { ...look, limit: count + 1 }),
    queries: [binsQuery(metric, step, count, optionsOf(metric, look))],
  }
}

const NOBODY_REPORTS = 'No collector has reported in this range'

/** Figures of the collectors over time. */
export function healthLines(title: string, description: string, fields: readonly string[], look: Look = {}): PanelSpec {
  const figures = fields.map(healthFigure)
  const meanings = figures.map((figure) => `${figure.title}: ${figure.description}`).join(' ')
  return {
    type: 'timeseries',
    title,
    description: `${description} ${meanings}`,
    w: 12,
    h: 8,
    min: 0,
    empty: NOBODY_REPORTS,
    // Collectors tell their figures every ten seconds or a little later: windows without any are those in which they did not.
    shortest: '30s',
    seriesName: '${__field.labels.figure}',
    ...look,
    queries: fields.map((field, index) => healthSeries(field, figures[index]!.title)),
  }
}

/** A figure of the collectors as one number. */
export function healthStat(field: string, look: Look = {}): PanelSpec {
  const { title, description } = healthFigure(field)
  return {
    type: 'stat',
    title,
    description,
    w: 4,
    h: 4,
    // A collector tells each figure, also when it is 0.
    empty: NOBODY_REPORTS,
    ...look,
    seriesName: look.title ?? title,
    queries: [healthNumber(field)],
  }
}
