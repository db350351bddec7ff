/** As much of Grafana's classic dashboard model as is written here: what versions 9.4 to 12 load. */
export interface DashboardModel {
  uid: string
  title: string
  description: string
  tags: string[]
  schemaVersion: number
  version: number
  editable: boolean
  graphTooltip: number
  refresh: string
  time: { from: string; to: string }
  timezone: string
  templating: { list: Variable[] }
  annotations: { list: AnnotationModel[] }
  links: DashboardLink[]
  panels: PanelModel[]
}

export interface DatasourceRef {
  type: 'influxdb'
  uid: string
}

/** A variable above a dashboard. */
export interface Variable {
  name: string
  type: 'datasource' | 'query'
  label: string
  description: string
  query: string
  datasource?: DatasourceRef
  refresh: number
  multi: boolean
  includeAll: boolean
  allValue?: string
  current: { selected: boolean; text: string; value: string }
  hide: number
  sort?: number
}

export interface AnnotationModel {
  name: string
  datasource: DatasourceRef
  enable: boolean
  hide: boolean
  iconColor: string
  target: { refId: string; query: string }
}

export interface DashboardLink {
  title: string
  type: 'dashboards'
  tags: string[]
  asDropdown: boolean
  keepTime: boolean
  includeVars: boolean
  targetBlank: boolean
  icon: string
  tooltip: string
  url: string
}

export const panelTypes = [
  'timeseries',
  'heatmap',
  'histogram',
  'bargauge',
  'gauge',
  'stat',
  'piechart',
  'geomap',
  'table',
  'barchart',
  'text',
] as const
export type PanelType = (typeof panelTypes)[number]

export interface Thresholds {
  mode: 'absolute'
  steps: { color: string; value: number | null }[]
}

export interface PanelModel {
  id: number
  type: PanelType
  title: string
  description: string
  gridPos: { x: number; y: number; w: number; h: number }
  datasource: DatasourceRef
  targets: { refId: string; datasource: DatasourceRef; query: string }[]
  fieldConfig: { defaults: Record<string, unknown>; overrides: unknown[] }
  options: Record<string, unknown>
  maxDataPoints?: number
  interval?: string
  transformations?: { id: string; options: Record<string, unknown> }[]
}

/** The datasource that the viewer chose. */
export const datasource: DatasourceRef = {
  type: 'influxdb',
  uid: '${datasource}',
}
