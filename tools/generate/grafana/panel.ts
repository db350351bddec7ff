import type { Metric } from '@webwatch/events/metric.ts'
import type { FilterVariable } from '@webwatch/metrics/grafana/variables.ts'
import { datasource, type PanelModel, type PanelType, type Thresholds } from './model.ts'

/** A question of the catalogue, as a panel puts it. */
export interface Asks {
  metric: Metric
  by: readonly string[]
  /**
   * One number; rows, of countries with the unknown one, or without it, all those on a map; rows over time, the same by the ends of their windows; or the
   * parts of cohorts.
   */
  shape: 'number' | 'rows' | 'countries' | 'places' | 'series' | 'cells' | 'cohorts'
  limit?: number
  filters: readonly FilterVariable[]
}

/** One panel, before it has a place. */
export interface PanelSpec {
  type: PanelType
  title: string
  /** What the number means and how it is computed; shown behind the panel's (i) and in docs/dashboards.md. */
  description: string
  /** The Flux of each of its queries; none for a text. */
  queries: readonly string[]
  /** The question that it answers, from which tests know the right numbers; none where it is not one of the catalogue. */
  asks?: Asks
  /** Width in 24ths of the row, and height in Grafana's units. */
  w: number
  h: number
  /** Grafana's name of the unit. */
  unit?: string
  /** What stands where there is no data. */
  empty?: string
  /** Grafana's name of the unit of what the rows of a heatmap are named by. */
  rowUnit?: string
  decimals?: number
  /** From where on a value is worth a look, and from where on it is bad; the direction follows from their order. */
  thresholds?: { readonly warn: number; readonly bad: number }
  min?: number
  max?: number
  /** The number at which a gauge is full, where it is not always the same: the panel's last query, in whose place it is not shown. */
  full?: Metric
  /** Name of a single series, or a template with its labels. */
  seriesName?: string
  /** Words for columns of a table or of rows. */
  columns?: Readonly<Record<string, string>>
  /** Units of columns that are not in the panel's own. */
  columnUnits?: Readonly<Record<string, string>>
  /** A pattern of columns with parts from 0 to 1, whose cells are the darker the larger they are. */
  shaded?: string
  /** The column whose values lead to the dashboard of a page. */
  drillDown?: string
  /** The shortest window, as Grafana writes it. */
  shortest?: string
  /** Draws series on top of each other, so that their sum shows. */
  stacked?: boolean
  /** Text of a text panel, in Markdown. */
  content?: string
  /** Bars or points instead of a line. */
  draw?: 'line' | 'bars'
}

const neutral = 'blue'

/** Thresholds as Grafana knows them: green is good, whichever direction that is. */
export function thresholdsOf(limits: PanelSpec['thresholds']): Thresholds {
  if (!limits) return { mode: 'absolute', steps: [{ color: neutral, value: null }] }
  const { warn, bad } = limits
  const steps =
    warn < bad
      ? [
          { color: 'green', value: null },
          { color: 'orange', value: warn },
          { color: 'red', value: bad },
        ]
      : [
          { color: 'red', value: null },
          { color: 'orange', value: bad },
          { color: 'green', value: warn },
        ]
  return { mode: 'absolute', steps }
}

const lastValue = { calcs: ['lastNotNull'], fields: '', values: false }
const everyRow = { calcs: ['lastNotNull'], fields: '/^value$/', values: true, limit: 25 }
const legend = { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] }
const tooltip = { mode: 'multi', sort: 'desc' }

const heatmapOptions = {
  calculate: false,
  cellGap: 1,
  color: { mode: 'scheme', scheme: 'Blues', steps: 32, reverse: false, exponent: 0.5, fill: 'blue', scale: 'exponential' },
  filterValues: { le: 1e-9 },
  legend: { show: true },
  rowsFrame: { layout: 'auto' },
  showValue: 'never',
  tooltip: { mode: 'single', yHistogram: false },
  yAxis: { axisPlacement: 'left', reverse: false },
}

const geomapOptions = {
  basemap: { type: 'default', name: 'Layer 0' },
  controls: { mouseWheelZoom: false, showAttribution: true, showDebug: false, showMeasure: false, showScale: false, showZoom: true },
  layers: [
    {
      type: 'markers',
      name: 'Visitors',
      config: {
        showLegend: true,
        style: {
          color: { field: 'value', fixed: 'blue' },
          opacity: 0.5,
          rotation: { fixed: 0, max: 360, min: -360, mode: 'mod' },
          size: { field: 'value', fixed: 5, max: 30, min: 4 },
          symbol: { fixed: 'img/icons/marker/circle.svg', mode: 'fixed' },
        },
      },
      location: { mode: 'lookup', lookup: 'country', gazetteer: 'public/gazetteer/countries.json' },
      tooltip: true,
    },
  ],
  tooltip: { mode: 'details' },
  view: { allLayers: true, id: 'zero', lat: 20, lon: 10, zoom: 1.5 },
}

/** Options of each type of panel. */
const optionsOf: Record<PanelType, (spec: PanelSpec) => Record<string, unknown>> = {
  timeseries: () => ({ legend, tooltip }),
  heatmap: ({ rowUnit }) => ({ ...heatmapOptions, yAxis: { ...heatmapOptions.yAxis, ...(rowUnit && { unit: rowUnit }) } }),
  histogram: () => ({ legend, tooltip: { mode: 'single', sort: 'none' } }),
  bargauge: () => ({
    displayMode: 'gradient',
    orientation: 'horizontal',
    reduceOptions: everyRow,
    showUnfilled: true,
    minVizHeight: 10,
    minVizWidth: 0,
  }),
  gauge: () => ({ orientation: 'auto', reduceOptions: lastValue, showThresholdLabels: false, showThresholdMarkers: true }),
  stat: () => ({
    colorMode: 'value',
    graphMode: 'area',
    justifyMode: 'auto',
    orientation: 'auto',
    reduceOptions: lastValue,
    textMode: 'auto',
  }),
  piechart: () => ({
    displayLabels: ['percent'],
    legend: { ...legend, placement: 'right', values: ['value'] },
    pieType: 'donut',
    reduceOptions: everyRow,
    tooltip: { mode: 'single', sort: 'none' },
  }),
  geomap: () => geomapOptions,
  table: () => ({ cellHeight: 'sm', showHeader: true }),
  barchart: () => ({
    orientation: 'horizontal',
    legend: { ...legend, showLegend: false },
    tooltip: { mode: 'single', sort: 'none' },
    showValue: 'auto',
    stacking: 'none',
    xTickLabelRotation: 0,
    barWidth: 0.8,
    groupWidth: 0.7,
  }),
  text: ({ content }) => ({ mode: 'markdown', content: content ?? '' }),
}

function customOf({ type, stacked, draw, thresholds }: PanelSpec): Record<string, unknown> {
  if (type === 'timeseries') {
    return {
      drawStyle: draw ?? 'line',
      lineWidth: 1,
      fillOpacity: draw === 'bars' ? 70 : 12,
      lineInterpolation: 'linear',
      showPoints: 'auto',
      spanNulls: false,
      stacking: { group: 'A', mode: stacked ? 'normal' : 'none' },
      thresholdsStyle: { mode: thresholds ? 'dashed' : 'off' },
    }
  }
  if (type === 'histogram' || type === 'barchart') return { lineWidth: 1, fillOpacity: 70 }
  return {}
}

const kept = ['datasource', 'site', 'device', 'country'].map((name) => `&\${${name}:queryparam}`).join('')

const pageOf = (column: string): string =>
  `/d/webwatch-page?\${__url_time_range}${kept}&var-url=\${__data.fields["${column}"]:percentencode}`

/** Up to version 9.4 cells have a `displayMode`, from 9.5 on `cellOptions`; each ignores the other. */
const shadedCells = (pattern: string) => ({
  matcher: { id: 'byRegexp', options: pattern },
  properties: [
    { id: 'custom.displayMode', value: 'color-background-solid' },
    { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
    { id: 'color', value: { mode: 'continuous-blues' } },
    { id: 'min', value: 0 },
    { id: 'max', value: 1 },
  ],
})

function overridesOf({ columns = {}, columnUnits = {}, drillDown, shaded }: PanelSpec): unknown[] {
  const names = new Set([...Object.keys(columns), ...Object.keys(columnUnits), ...(drillDown ? [drillDown] : [])])
  const named = [...names].map((name) => ({
    matcher: { id: 'byName', options: name },
    properties: [
      ...(columns[name] ? [{ id: 'displayName', value: columns[name] }] : []),
      ...(columnUnits[name] ? [{ id: 'unit', value: columnUnits[name] }] : []),
      ...(drillDown === name ? [{ id: 'links', value: [{ title: 'This page', url: pageOf(name), targetBlank: false }] }] : []),
    ],
  }))
  return shaded === undefined ? named : [...named, shadedCells(shaded)]
}

/** Columns of a heatmap or a line, so many at most, so that each window holds something. */
const pointsOf: Partial<Record<PanelType, number>> = { timeseries: 200, heatmap: 60 }

/** Makes the number of a query the largest of the scale, instead of showing it. */
const scaleFrom = (refId: string) => ({
  id: 'configFromData',
  options: { configRefId: refId, mappings: [{ fieldName: 'max', handlerKey: 'max', reducerId: 'lastNotNull' }] },
})

const refIdOf = (index: number): string => String.fromCharCode(65 + index)

/** Lines are told apart by their colours, and numbers by what they mean. */
const colorOf = ({ type, thresholds }: PanelSpec): string =>
  type !== 'timeseries' && (thresholds || type === 'stat' || type === 'gauge') ? 'thresholds' : 'palette-classic'

/** Puts a panel into Grafana's model, at its place. */
export function panelModel(spec: PanelSpec, id: number, gridPos: PanelModel['gridPos']): PanelModel {
  const { type, unit = 'short', empty = 'No data in this range', decimals, thresholds, min, max, seriesName } = spec
  const maxDataPoints = pointsOf[type]
  const defaults = {
    color: { mode: colorOf(spec) },
    custom: customOf(spec),
    mappings: [],
    noValue: empty,
    thresholds: thresholdsOf(thresholds),
    unit,
    ...(decimals !== undefined && { decimals }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(seriesName && { displayName: seriesName }),
  }
  return {
    id,
    type,
    title: spec.title,
    description: spec.description,
    gridPos,
    datasource,
    targets: spec.queries.map((query, index) => ({ refId: refIdOf(index), datasource, query })),
    fieldConfig: { defaults, overrides: overridesOf(spec) },
    options: optionsOf[type](spec),
    ...(maxDataPoints !== undefined && { maxDataPoints }),
    ...(spec.shortest && { interval: spec.shortest }),
    ...(spec.full && { transformations: [scaleFrom(refIdOf(spec.queries.length - 1))] }),
  }
}
