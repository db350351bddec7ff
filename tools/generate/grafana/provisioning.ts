import { stringify } from 'yaml'
import { type AlertSpec, alerts } from './alerts.ts'
import { dashboardModel } from './dashboard.ts'
import { dashboards } from './dashboards.ts'

/*
 * Grafana puts environment variables into what it reads here, but neither into the model of a rule's query nor into its annotations, where `$` is
 * Grafana's own: pkg/services/provisioning/alerting/rules_types.go in its sources.
 */

/** The datasource's own name in links and rules. */
export const DATASOURCE_UID = 'webwatch-influxdb'

const HEAD = '# Written by `npm run generate`.\n'
const yaml = (value: unknown): string => HEAD + stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })

const environment = (name: string): string => `\${${name}}`

const datasources = {
  apiVersion: 1,
  datasources: [
    {
      name: 'WebWatch',
      uid: DATASOURCE_UID,
      type: 'influxdb',
      access: 'proxy',
      url: environment('INFLUX_URL'),
      jsonData: { version: 'Flux', organization: environment('INFLUX_ORGANISATION'), defaultBucket: environment('INFLUX_BUCKET') },
      secureJsonData: { token: environment('INFLUX_TOKEN') },
    },
  ],
}

const providers = {
  apiVersion: 1,
  providers: [
    { name: 'WebWatch', folder: 'WebWatch', type: 'file', allowUiUpdates: true, options: { path: '/var/lib/grafana/dashboards/webwatch' } },
  ],
}

const expression = (refId: string, model: Record<string, unknown>) => ({
  refId,
  datasourceUid: '__expr__',
  model: { refId, datasource: { type: '__expr__', uid: '__expr__' }, ...model },
})

/** @throws {Error} when a rule wants to lead to a panel that is not there */
function panelIdOf([uid, title]: AlertSpec['panel']): number {
  const spec = dashboards.find((dashboard) => dashboard.uid === uid)
  const panel = spec && dashboardModel(spec).panels.find((candidate) => candidate.title === title)
  if (!panel) throw new Error(`no panel of ${uid} is called ${title}`)
  return panel.id
}

function ruleOf({ uid, title, summary, advice, numbers, condition, lasting, severity, panel }: AlertSpec) {
  const [dashboardUid] = panel
  const panelId = panelIdOf(panel)
  const queries = Object.entries(numbers).map(([name, { query, from, to = 0 }]) => ({
    refId: `query${name}`,
    relativeTimeRange: { from, to },
    datasourceUid: DATASOURCE_UID,
    model: { refId: `query${name}`, query, intervalMs: 60_000, maxDataPoints: 100 },
  }))
  const reduced = Object.keys(numbers).map((name) =>
    expression(name, { type: 'reduce', expression: `query${name}`, reducer: 'last', settings: { mode: 'replaceNN', replaceWithValue: 0 } }),
  )
  return {
    uid,
    title,
    condition: 'result',
    data: [...queries, ...reduced, expression('result', { type: 'math', expression: condition })],
    noDataState: 'OK',
    execErrState: 'Error',
    for: lasting,
    // Grafana's pages link by the annotations, and list a rule in its panel by the other two.
    dashboardUid,
    panelId,
    annotations: { summary, description: advice, __dashboardUid__: dashboardUid, __panelId__: String(panelId) },
    labels: { severity, app: 'webwatch' },
    isPaused: false,
  }
}

const alerting = {
  apiVersion: 1,
  groups: [{ orgId: 1, name: 'WebWatch', folder: 'WebWatch', interval: '1m', rules: alerts.map(ruleOf) }],
}

/** The files from which Grafana makes its datasource, its dashboards and its alert rules at its start, by their path. */
export const provisioning: Readonly<Record<string, string>> = {
  'datasources/webwatch.yaml': yaml(datasources),
  'dashboards/webwatch.yaml': yaml(providers),
  'alerting/webwatch.yaml': yaml(alerting),
}
