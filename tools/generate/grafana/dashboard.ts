import { anomaliesQuery, deploymentsQuery } from '@webwatch/metrics/grafana/marks.ts'
import { tagValuesQuery } from '@webwatch/metrics/grafana/variables.ts'
import { type AnnotationModel, type DashboardModel, datasource, type PanelModel, type Variable } from './model.ts'
import { type PanelSpec, panelModel } from './panel.ts'

/** A dashboard, before its panels have places. */
export interface DashboardSpec {
  /** Stable: links and bookmarks rely on it. */
  uid: string
  title: string
  /** What it answers, in one or two sentences. */
  description: string
  /** Variables besides the datasource; all but `site` follow the one before. */
  variables: readonly VariableName[]
  panels: readonly PanelSpec[]
  /** The range that it opens with. */
  from?: string
}

export type VariableName = 'site' | 'url' | 'device' | 'country'

const COLUMNS = 24

/** What stands beside a variable, and behind it. */
export const labels: Record<VariableName, [label: string, description: string]> = {
  site: ['Site', 'Only events of these sites'],
  url: ['Page', 'Only events on these pages: origin and path, with ids as :id'],
  device: ['Device', 'Only visitors with these devices'],
  country: ['Country', 'Only visitors from these countries'],
}

const everything = { selected: true, text: 'All', value: '$__all' }

const datasourceVariable: Variable = {
  name: 'datasource',
  type: 'datasource',
  label: 'Store',
  description: 'The InfluxDB that collectors write to',
  query: 'influxdb',
  refresh: 1,
  multi: false,
  includeAll: false,
  current: { selected: false, text: 'WebWatch', value: 'webwatch-influxdb' },
  hide: 0,
}

const variable = (name: VariableName): Variable => ({
  name,
  type: 'query',
  label: labels[name][0],
  description: labels[name][1],
  datasource,
  query: tagValuesQuery(name),
  // With the time range: what was there then.
  refresh: 2,
  multi: true,
  includeAll: true,
  allValue: '.*',
  current: everything,
  hide: 0,
  sort: 1,
})

const annotation = (name: string, iconColor: string, query: string): AnnotationModel => ({
  name,
  datasource,
  enable: true,
  hide: false,
  iconColor,
  target: { refId: 'Anno', query },
})

/** Places panels from left to right, and below when a row is full. */
function place(panels: readonly PanelSpec[]): PanelModel[] {
  let x = 0
  let y = 0
  let rowHeight = 0
  return panels.map((spec, index) => {
    if (x + spec.w > COLUMNS) {
      x = 0
      y += rowHeight
      rowHeight = 0
    }
    const model = panelModel(spec, index + 1, { x, y, w: spec.w, h: spec.h })
    x += spec.w
    rowHeight = Math.max(rowHeight, spec.h)
    return model
  })
}

/** Puts a dashboard into Grafana's model. */
export function dashboardModel({ uid, title, description, variables, panels, from = 'now-24h' }: DashboardSpec): DashboardModel {
  return {
    uid,
    title: `WebWatch: ${title}`,
    description,
    tags: ['webwatch'],
    schemaVersion: 37,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '1m',
    time: { from, to: 'now' },
    timezone: '',
    templating: { list: [datasourceVariable, ...variables.map(variable)] },
    annotations: {
      list: [
        annotation('Deployments', 'blue', deploymentsQuery(variables.filter((name) => name === 'site'))),
        annotation('Anomalies', 'red', anomaliesQuery),
      ],
    },
    links: [
      {
        title: 'WebWatch',
        type: 'dashboards',
        tags: ['webwatch'],
        asDropdown: false,
        keepTime: true,
        includeVars: true,
        targetBlank: false,
        icon: 'external link',
        tooltip: '',
        url: '',
      },
    ],
    panels: place(panels),
  }
}
