import { theMetric } from '@webwatch/metrics/catalogue.ts'
import { lossRows, lossSeries, lossShare, refusalRows, refusalSeries } from '@webwatch/metrics/grafana/health.ts'
import type { DashboardSpec } from '../dashboard.ts'
import { healthLines, healthStat, linePanel, numberPanel, rowsPanel } from '../from-metric.ts'
import { GOOD, POOR } from './shared.ts'

/** Share of events that may be missing before somebody should look, and before something is wrong. */
const LOSS = { warn: 0.0005, bad: 0.001 }

const LEDGER = `${theMetric('loss_ledger').description} Per minute, made by a task of InfluxDB.`

/** Which part of page views is good, or poor, by each web vital, in the order of their gauges. */
const vitalShares = (part: 'good' | 'poor', thresholds: typeof GOOD) =>
  (
    [
      ['lcp', 'Largest paint'],
      ['inp', 'Response'],
      ['cls', 'Layout shift'],
      ['fcp', 'First paint'],
      ['ttfb', 'First byte'],
    ] as const
  ).map(([id, name]) => numberPanel(`${id}_${part}`, 'stat', { title: `${name}, ${part}`, thresholds }))

/** Whether the numbers can be trusted, and what is wrong with pages. */
export const quality: DashboardSpec = {
  uid: 'webwatch-quality',
  title: 'Quality',
  description:
    'Whether the numbers can be trusted, and what is wrong with pages: losses, refused and late events, script errors, web vitals. Page, device and country narrow errors, clicks and vitals: losses are told apart by site alone, and what collectors say of themselves is of all.',
  variables: ['site', 'url', 'device', 'country'],
  panels: [
    {
      type: 'stat',
      title: 'Loss',
      description:
        'Which part of the captured events is missing from the store: numbers that are missing within page views, over all numbers. Per minute, made by a task of InfluxDB.',
      queries: [lossShare(['site'])],
      unit: 'percentunit',
      decimals: 3,
      thresholds: LOSS,
      empty: 'No events in this range',
      seriesName: 'Loss',
      w: 4,
      h: 4,
    },
    healthStat('accepted'),
    healthStat('rejected', { thresholds: { warn: 1, bad: 100 } }),
    healthStat('dead_letters', { thresholds: { warn: 1, bad: 10 } }),
    healthStat('duplicates'),
    healthStat('late'),
    {
      type: 'timeseries',
      title: 'Refused events over time',
      description:
        'Events that collectors rejected (schema or key) or that the store refused (dead letters), by error code. docs/errors.md says what each code means.',
      queries: [refusalSeries],
      seriesName: '${__field.labels.kind}: ${__field.labels.code}',
      empty: 'No event was refused in this range',
      min: 0,
      draw: 'bars',
      stacked: true,
      w: 12,
      h: 8,
    },
    {
      type: 'table',
      title: 'Refused events by code',
      description: 'The same, summed up: rejected events were told to their sender; dead letters lie in their topic and can be replayed.',
      queries: [refusalRows],
      columns: { kind: 'What became of them', code: 'Code', value: 'Events' },
      empty: 'No event was refused in this range',
      w: 6,
      h: 8,
    },
    {
      type: 'table',
      title: 'Loss ledger',
      description: LEDGER,
      queries: [lossRows(['site'])],
      columns: { site: 'Site', captured: 'Captured', stored: 'Stored', missing: 'Missing' },
      empty: 'No events in this range',
      w: 6,
      h: 8,
    },
    {
      type: 'timeseries',
      title: 'Loss over time',
      description: `The part of captured events that is missing, by site. ${LEDGER}`,
      queries: [lossSeries(['site'])],
      unit: 'percentunit',
      thresholds: LOSS,
      seriesName: '${__field.labels.site}',
      empty: 'No events in this range',
      min: 0,
      draw: 'bars',
      w: 12,
      h: 8,
    },
    healthLines('Tags that overflow', 'Sites with too many different pages or targets.', ['tag_overflow'], {}),
    numberPanel('lcp', 'gauge', { title: 'Largest paint (LCP), p75', w: 4, max: 6000 }),
    numberPanel('inp', 'gauge', { title: 'Response (INP), p75', w: 4, max: 800 }),
    numberPanel('cls', 'gauge', { title: 'Layout shift (CLS), p75', w: 4, max: 0.5, decimals: 3 }),
    numberPanel('fcp', 'gauge', { title: 'First paint (FCP), p75', w: 4, max: 4500 }),
    numberPanel('ttfb', 'gauge', { title: 'First byte (TTFB), p75', w: 4, max: 2700 }),
    numberPanel('error_rate', 'stat', { title: 'Views with script errors', h: 7 }),
    ...vitalShares('good', GOOD),
    numberPanel('rage_clicks', 'stat'),
    ...vitalShares('poor', POOR),
    numberPanel('dead_clicks', 'stat'),
    linePanel('lcp', { title: 'Largest contentful paint over time, 75th percentile' }),
    linePanel('js_errors', { title: 'Script errors over time', draw: 'bars' }),
    rowsPanel('js_errors', 'table', { by: 'script_url', title: 'Script errors by script', columns: { script_url: 'Script' }, w: 24 }),
  ],
}
