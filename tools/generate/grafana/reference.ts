import { alerts, THE_SITE } from './alerts.ts'
import { type DashboardSpec, labels } from './dashboard.ts'
import type { PanelType } from './model.ts'
import type { PanelSpec } from './panel.ts'

const pictures: Record<PanelType, string> = {
  timeseries: 'lines over time',
  heatmap: 'heatmap',
  histogram: 'histogram',
  bargauge: 'bar gauge',
  gauge: 'gauge',
  stat: 'number',
  piechart: 'pie',
  geomap: 'map',
  table: 'table',
  barchart: 'bars',
  text: 'text',
}

const row = (...cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`

/** A number as a panel with this unit of Grafana's shows it. */
function shown(value: number, unit: string | undefined): string {
  if (unit === 'percentunit') return `${Number((value * 100).toPrecision(6))} %`
  return unit === 'ms' || unit === 's' ? `${value} ${unit}` : value.toLocaleString('en')
}

/** From where on the colour of a number changes; empty where it means nothing. */
function limitsText({ thresholds, unit }: PanelSpec): string {
  if (!thresholds) return ''
  const { warn, bad } = thresholds
  const word = warn < bad ? 'from' : 'below'
  return ` Orange ${word} ${shown(warn, unit)}, red ${word} ${shown(bad, unit)}.`
}

function section({ uid, title, description, variables, panels }: DashboardSpec): string {
  const chosen = variables.length > 0 ? `Choose above: ${variables.map((name) => labels[name][0].toLowerCase()).join(', ')}.` : ''
  const rows = panels.map((panel) => row(panel.title, pictures[panel.type], panel.description + limitsText(panel)))
  return [
    `## ${title}`,
    `${description} ${chosen} (\`${uid}\`)`.replace('  ', ' '),
    [row('panel', 'picture', 'what it means'), row('---', '---', '---'), ...rows].join('\n'),
  ].join('\n\n')
}

/** docs/dashboards.md: each dashboard, its panels, and what each number means. */
export function dashboardReference(dashboards: readonly DashboardSpec[]): string {
  const rules = alerts.map(({ title, summary, advice, lasting, severity }) =>
    row(
      title,
      summary.replaceAll(THE_SITE, (_site, place: number) => (place === 0 ? 'A site' : 'a site')),
      lasting,
      severity,
      advice,
    ),
  )
  return `${[
    '# Dashboards',
    '<!-- Written by `npm run generate` from events/*/metrics.ts and tools/generate/grafana/. -->',
    `The dashboards for Grafana 9.4 to 12 lie in \`grafana-dashboards/\`, with the files from which Grafana makes its datasource, them and the alert rules
at its start (\`provisioning/\`). \`docker compose -f deploy/compose.yaml --profile grafana up\` starts a Grafana with all of it on http://127.0.0.1:3000. For a Grafana of
your own, copy the JSON files to \`/var/lib/grafana/dashboards/webwatch\` and \`provisioning/\` to \`/etc/grafana/provisioning\`, and give it \`INFLUX_URL\`, \`INFLUX_TOKEN\`,
\`INFLUX_ORGANISATION\` and \`INFLUX_BUCKET\`; or import the JSON files by hand and choose a datasource of type InfluxDB with the query language Flux.`,
    `All numbers follow the range and the choices above a dashboard. A click on a page leads to the dashboard of that page and
keeps range and choices; the links above lead back. Where nothing happened, a count is 0, and everything else says in words that there is nothing.

**Times** are those of the viewer. So are the weeks of those who come back, and the days of lines whose points are a day or more apart (a range of more than about
five months): Grafana tells queries the time zone from version 10 on, before they are UTC's, and InfluxDB looks it up in its machine's \`tzdata\`. Choose the site's time zone in the settings of a dashboard, and everybody sees the site's
days. Points that are less than a day apart, and columns of heatmaps, do not follow it: they are cut by the clocks of UTC, so that in a zone that is half an hour
off an hour begins at half past, and those of heatmaps with bins in equal parts of the range. \`GET /v1/query\` answers in any zone, with the site's days.

A **page view** is one look at one page. A **visit** is what one visitor does until nothing happens for half an hour. A **visitor** is one browser on one site:
who comes with two is two. A **page** is its address without what comes after the \`?\`, and with \`:id\` for the numbers in it. In ranges that are longer than a day, or begin more than
eight days ago, engaged time, scroll depth and web vitals of a page view count at the moment at which it began, in others when they were
reported ([why](decisions/0009-what-page-views-reached-is-kept-ready.md)). Browsers that programs drive, and crawlers, are counted too, with the device \`bot\`: choose the other devices to leave them
out. In ranges that begin before the oldest event that is kept ([retention](retention.md)), numbers that need events (visitors, visits, targets) begin with it.

Blue marks are deployments, red ones anomalies that collectors noticed: events that wait on disk for Kafka, a store that takes nothing, dead letters, many rejections. A
collector marks its own starts; for those of your site let your deployment write one line:`,
    `\`\`\`sh
curl "$INFLUX_URL/api/v2/write?org=$INFLUX_ORGANISATION&bucket=\${INFLUX_BUCKET}_health" -H "Authorization: Token $INFLUX_TOKEN" \\
  --data-raw 'deployments,site=shop.example text="Release 1.4.2"'
\`\`\``,
    `Countries come from the visitor's address, which is not kept, with the free database of DB-IP ([IP Geolocation by DB-IP](https://db-ip.com), CC BY 4.0), else from the time zone.
Bars show the 25 largest; of countries the 24 largest, and how many are of none that is known (\`unknown\`), if any. Maps show every country.`,
    ...dashboards.map(section),
    '## Alert rules',
    [row('rule', 'what has happened', 'for', 'severity', 'what to do'), row('---', '---', '---', '---', '---'), ...rules].join('\n'),
  ].join('\n\n')}\n`
}
