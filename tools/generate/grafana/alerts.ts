import { theMetric } from '@webwatch/metrics/catalogue.ts'
import { alertHealth, alertLosses, alertMetricBySite } from '@webwatch/metrics/grafana/alerts.ts'

/** An alert rule, in words that its reader needs. */
export interface AlertSpec {
  uid: string
  title: string
  /** What has happened. */
  summary: string
  /** What to do about it. */
  advice: string
  /** Numbers that it compares, by the letter that the condition knows them by; times in seconds before now. */
  numbers: Readonly<Record<string, { query: string; from: number; to?: number }>>
  /** Grafana's math, such as `$A > 10`. */
  condition: string
  /** For how long it must hold. */
  lasting: string
  severity: 'warning' | 'critical'
  /** Where to look: the uid of a dashboard, and the title of a panel on it. */
  panel: readonly [dashboard: string, title: string]
}

/** In the words of a rule that tells sites apart: the one that it is about. */
export const THE_SITE = '{{ $labels.site }}'

const MINUTE = 60
const HOUR = 60 * MINUTE

/** Page views from which on a percentile of an hour says something. */
const ENOUGH = 20

/** The time ahead of the hour that is looked at; the range goes on, since a site that is new in this hour must be there too. */
const BEFORE = { before: '1h' }

/** Web vitals by their letters in a rule, now and before: the bounds of what is no longer good, and of what is poor. */
const vitals = [
  { id: 'lcp', now: 'A', before: 'D' },
  { id: 'inp', now: 'B', before: 'E' },
  { id: 'cls', now: 'C', before: 'F' },
].map((vital) => ({ ...vital, ...theMetric(vital.id).thresholds! }))
const poor = vitals.map(({ now, bad }) => `$${now} > ${bad}`)
const worse = vitals.map(({ now, before, warn }) => `($${before} > 0 && $${now} > ${warn} && $${now} > 1.5 * $${before})`)

/** What somebody should be told of without looking. */
export const alerts: readonly AlertSpec[] = [
  {
    uid: 'webwatch-traffic-gone',
    title: 'Traffic is gone',
    summary: `${THE_SITE} had no page view for 15 minutes, after at least 20 in the hour before, or 600 in the six hours before.`,
    advice: 'Look whether the site is up, whether the tracker is still in its pages, and whether the collector is ready (/readyz).',
    numbers: {
      // All look at one range, so that they know the same sites.
      A: { query: alertMetricBySite('page_views', { latest: '15m' }), from: 6 * HOUR + 15 * MINUTE },
      B: { query: alertMetricBySite('page_views', { latest: '75m', before: '15m' }), from: 6 * HOUR + 15 * MINUTE },
      // Where more is missing than a quiet night, the rule holds on when the hour before has become empty too.
      C: { query: alertMetricBySite('page_views', { before: '15m' }), from: 6 * HOUR + 15 * MINUTE },
    },
    condition: '$A == 0 && ($B >= 20 || $C >= 600)',
    lasting: '5m',
    severity: 'critical',
    panel: ['webwatch-overview', 'Page views over time'],
  },
  {
    uid: 'webwatch-script-errors',
    title: 'Scripts fail often',
    summary: `${THE_SITE} had more than 10 script errors within 10 minutes, and more than one for each ten page views.`,
    advice: 'The dashboard Quality says in which script. Compare with the last deployment.',
    numbers: {
      A: { query: alertMetricBySite('js_errors'), from: 10 * MINUTE },
      B: { query: alertMetricBySite('page_views'), from: 10 * MINUTE },
    },
    condition: '$A > 10 && $A > 0.1 * $B',
    lasting: '5m',
    severity: 'warning',
    panel: ['webwatch-quality', 'Script errors over time'],
  },
  {
    uid: 'webwatch-vitals',
    title: 'Pages have become slow',
    summary: `For one page view in four of ${THE_SITE} in the last hour a web vital was poor: the largest part of the page took more than 4 seconds, an answer to a click or key more than half a second, or the layout shifted by more than 0.25. Or it was no longer good, and half as much again as in the three hours before. Hours with fewer than 20 page views say nothing.`,
    advice: 'The dashboard of each page shows its web vitals. Compare with the last deployment.',
    numbers: {
      ...Object.fromEntries(
        vitals.flatMap(({ id, now, before }) => [
          [now, { query: alertMetricBySite(id), from: HOUR }],
          [before, { query: alertMetricBySite(id, BEFORE), from: 4 * HOUR }],
        ]),
      ),
      G: { query: alertMetricBySite('page_views'), from: HOUR },
      H: { query: alertMetricBySite('page_views', BEFORE), from: 4 * HOUR },
    },
    condition: `$G >= ${ENOUGH} && (${poor.join(' || ')} || ($H >= ${ENOUGH} && (${worse.join(' || ')})))`,
    lasting: '15m',
    severity: 'warning',
    panel: ['webwatch-quality', 'Largest contentful paint over time, 75th percentile'],
  },
  {
    uid: 'webwatch-rejections',
    title: 'Many events are rejected',
    summary: 'More than one event in twenty was rejected within 10 minutes.',
    advice: 'The codes in the dashboard Quality say why: a tracker of another version, a wrong key, or a clock that is far off.',
    numbers: { A: { query: alertHealth('rejected'), from: 10 * MINUTE }, B: { query: alertHealth('accepted'), from: 10 * MINUTE } },
    condition: '$A >= 20 && $A > 0.05 * ($A + $B)',
    lasting: '5m',
    severity: 'warning',
    panel: ['webwatch-quality', 'Refused events over time'],
  },
  {
    uid: 'webwatch-loss',
    title: 'Events are lost',
    summary: `${THE_SITE} lost more than 0.1 % of its events of the last three hours: they were captured and never stored. Fewer than five are nothing where fewer than 1,000 were captured.`,
    advice: 'The dashboard Quality says how many. Look for trackers whose queue is full and for dead letters.',
    numbers: {
      A: { query: alertLosses('missing'), from: 3 * HOUR },
      B: { query: alertLosses('captured'), from: 3 * HOUR },
    },
    condition: '$A > 0.001 * $B && ($A >= 5 || $B >= 1000)',
    lasting: '10m',
    severity: 'warning',
    panel: ['webwatch-quality', 'Loss over time'],
  },
  {
    uid: 'webwatch-nothing-stored',
    title: 'Nothing is stored',
    summary: 'Events are accepted, and none was stored for 10 minutes.',
    advice:
      'Look whether a sink runs, and in its log and at /readyz whether InfluxDB takes what it writes. Nothing is lost as long as Kafka keeps it.',
    numbers: { A: { query: alertHealth('accepted'), from: 10 * MINUTE }, B: { query: alertHealth('stored'), from: 10 * MINUTE } },
    condition: '$A >= 20 && $B == 0',
    lasting: '5m',
    severity: 'critical',
    panel: ['webwatch-pipeline', 'Events'],
  },
  {
    uid: 'webwatch-dead-letters',
    title: 'Events went to the dead letters',
    summary: 'Records were given up: InfluxDB or Kafka refuses them for good, or they are no whole events.',
    advice:
      'Codes say which of these it is (docs/errors.md). Look into the dead-letter topic, remove the cause, and replay: docs/delivery.md.',
    numbers: { A: { query: alertHealth('dead_letters'), from: 15 * MINUTE } },
    condition: '$A > 0',
    lasting: '0s',
    severity: 'warning',
    panel: ['webwatch-quality', 'Refused events by code'],
  },
  {
    uid: 'webwatch-lag',
    title: 'Storing lags behind',
    summary: 'More than 10,000 records wait in Kafka.',
    advice: 'Start more sinks, up to one for each partition, or find out why InfluxDB is slow.',
    numbers: { A: { query: alertHealth('lag'), from: 5 * MINUTE } },
    condition: '$A > 10000',
    lasting: '5m',
    severity: 'warning',
    panel: ['webwatch-pipeline', 'Waiting'],
  },
  {
    uid: 'webwatch-spool',
    title: 'Events wait for Kafka',
    summary: 'Accepted events wait on the disks of collectors: Kafka is out of reach, or refuses records and their dead letters too.',
    advice:
      'Bring Kafka back; where /readyz says that it is there, the log says what it refuses. The disk drains by itself; when it is full, senders are told to wait.',
    numbers: { A: { query: alertHealth('spool'), from: 2 * MINUTE } },
    condition: '$A > 0',
    lasting: '2m',
    severity: 'critical',
    panel: ['webwatch-pipeline', 'Waiting'],
  },
]
