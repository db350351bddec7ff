import { theMetric } from '@webwatch/metrics/catalogue.ts'
import { lossRows, lossSeries, lossShare, refusalRows, refusalSeries } from '@webwatch/metrics/grafana/health.ts'
import type { DashboardSpec } from './dashboard.ts'
import {
  binnedHeatmap,
  cohortTable,
  gaugeOutOf,
  healthLines,
  healthStat,
  heatmap,
  histogram,
  linePanel,
  numberPanel,
  rowsPanel,
} from './from-metric.ts'

const percents = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
const pixels = [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1200, 1400]
/** Share of events that may be missing before somebody should look, and before something is wrong. */
const LOSS = { warn: 0.0005, bad: 0.001 }

/** A 75th percentile is good where three page views in four are, and poor where more than one in four is. */
const GOOD = { warn: 0.75, bad: 0.5 }
const POOR = { warn: 0.1, bad: 0.25 }

/** Beside a map, bars say what it cannot. */
const NOT_ON_MAPS = 'A map has no place for those of unknown country: the bars beside it count them, as `unknown`.'

/** The name is that of the captured event. */
const OF_A_VIEW = 'It is that of one page view, not of all that a visitor looks at in a visit.'

const LEDGER = `${theMetric('loss_ledger').description} Per minute, made by a task of InfluxDB.`

const overview: DashboardSpec = {
  uid: 'webwatch-overview',
  title: 'Overview',
  description: 'How many visitors come, from where, and what they look at. Every page in the table leads to its own dashboard.',
  variables: ['site', 'url', 'device', 'country'],
  panels: [
    numberPanel('page_views', 'stat'),
    numberPanel('visitors', 'stat'),
    numberPanel('sessions', 'stat'),
    numberPanel('live_visitors', 'stat'),
    numberPanel('bounce_rate', 'stat'),
    numberPanel('pages_per_session', 'stat', { decimals: 1 }),
    linePanel('page_views', { title: 'Page views over time', draw: 'bars' }),
    heatmap('page_views', { by: 'url', limit: 20, title: 'Page views by page and time' }),
    linePanel('visitors', { title: 'Unique visitors over time', w: 8 }),
    rowsPanel('countries', 'geomap', {
      title: 'Where visitors are',
      w: 10,
      description: `${theMetric('countries').description} The country is the address's by DB-IP (https://db-ip.com), else the time zone's. ${NOT_ON_MAPS}`,
    }),
    rowsPanel('countries', 'bargauge', { title: 'Visitors by country', w: 6, h: 8 }),
    rowsPanel('page_views', 'table', { by: 'url', title: 'Pages', drillDown: 'url', h: 9 }),
    rowsPanel('referrers', 'bargauge', { w: 6 }),
    rowsPanel('utm_sources', 'bargauge', { w: 6 }),
    rowsPanel('devices', 'piechart'),
    rowsPanel('browsers', 'piechart'),
    rowsPanel('systems', 'piechart'),
    rowsPanel('new_and_returning', 'piechart'),
  ],
}

const behaviour: DashboardSpec = {
  uid: 'webwatch-behaviour',
  title: 'Behaviour',
  description: 'What visitors do on pages: where they click and move, how far they scroll and how long they stay.',
  variables: ['site', 'url', 'device', 'country'],
  panels: [
    numberPanel('clicks', 'stat', { w: 6, h: 9 }),
    rowsPanel('top_targets', 'bargauge', { w: 12, title: 'Clicks by target' }),
    numberPanel('engaged_time', 'gauge', {
      title: 'Session duration, median',
      description: `${theMetric('engaged_time').description} ${OF_A_VIEW} The gauge is full with two minutes: a median has no end of its own.`,
      w: 6,
      h: 9,
      max: 120,
    }),
    histogram('engaged_time_distribution', 10, 30, {
      title: 'Session duration, distribution',
      description: `${theMetric('engaged_time_distribution').description} ${OF_A_VIEW}`,
      unit: 's',
      counts: 'Page views',
    }),
    linePanel('engaged_time', {
      title: 'Session duration over time',
      description: `${theMetric('engaged_time').description} ${OF_A_VIEW}`,
    }),
    linePanel('scroll_depth_mean', { title: 'Scroll depth over time', max: 100 }),
    binnedHeatmap('scroll_depth_distribution', percents, { title: 'Scroll depth, by how many page views get so far and no further' }),
    rowsPanel('scroll_reach', 'table', {
      title: 'How far page views get',
      columns: { bucket: 'At least', value: 'Part of page views' },
      columnUnits: { bucket: 'percent' },
      w: 6,
    }),
    binnedHeatmap('mouse_y', pixels, { title: 'Mouse movements by distance from the top', w: 18 }),
    rowsPanel('mouse_movements', 'geomap', {
      by: 'country',
      title: 'Mouse movements by country',
      description: `${theMetric('mouse_movements').description} Here by country. ${NOT_ON_MAPS}`,
      w: 16,
    }),
    rowsPanel('mouse_movements', 'bargauge', { by: 'country', title: 'Mouse movements, also of unknown country', h: 8 }),
    ...(['p75', 'p95'] as const).map((part) =>
      numberPanel(`engaged_time_${part}`, 'stat', {
        title: `Session duration, ${part}`,
        description: `${theMetric(`engaged_time_${part}`).description} ${OF_A_VIEW}`,
        w: 6,
        h: 8,
      }),
    ),
    linePanel('idle_time', { title: 'Idle time over time' }),
    rowsPanel('hovers', 'bargauge', { by: 'target', title: 'Hovers by target', w: 12, h: 8 }),
    rowsPanel('hover_time', 'bargauge', { by: 'target', title: 'Hover time by target, median', w: 12, h: 8 }),
    rowsPanel('rage_clicks', 'bargauge', { by: 'target', title: 'Rage clicks by target', w: 8 }),
    rowsPanel('dead_clicks', 'bargauge', { by: 'target', title: 'Dead clicks by target', w: 8 }),
    rowsPanel('outbound_clicks', 'bargauge', { by: 'link_url', title: 'Outbound clicks by address', w: 8 }),
    rowsPanel('custom_events', 'bargauge', { by: 'name', title: "The site's own events", w: 12 }),
    linePanel('copies', { title: 'Copies over time', h: 9 }),
  ],
}

const content: DashboardSpec = {
  uid: 'webwatch-content',
  title: 'Forms, media and files',
  description: 'What becomes of forms, videos, audio, downloads and images.',
  variables: ['site', 'url', 'device', 'country'],
  panels: [
    rowsPanel('form_validity', 'piechart', { title: 'Form submissions, stopped or not' }),
    linePanel('form_submissions', { title: 'Form submissions over time', by: 'form_id', limit: 10, w: 10 }),
    numberPanel('form_conversion', 'gauge', { w: 4, h: 8 }),
    numberPanel('form_completion_time', 'stat', { title: 'Form time, median', w: 4, h: 8 }),
    rowsPanel('field_focuses', 'bargauge', { by: 'field_id', title: 'Fields entered', w: 12 }),
    rowsPanel('form_funnel', 'bargauge', { w: 12 }),
    rowsPanel('field_dwell', 'bargauge', { by: 'field_id', title: 'Time in each field, median', w: 12 }),
    rowsPanel('fields_left_empty', 'bargauge', { by: 'field_id', title: 'Fields left empty', w: 12 }),
    gaugeOutOf('video_plays', 'page_views', { title: 'Video plays', w: 4, h: 7 }),
    numberPanel('video_completions', 'stat', { w: 4, h: 7 }),
    numberPanel('video_completion_rate', 'gauge', { w: 4, h: 7 }),
    numberPanel('audio_plays', 'stat', { w: 4, h: 7 }),
    numberPanel('audio_completions', 'stat', { w: 4, h: 7 }),
    numberPanel('audio_completion_rate', 'gauge', { w: 4, h: 7 }),
    histogram('video_progress', 25, 3, { title: 'Video progress, marks passed', w: 12, h: 9, unit: 'percent', counts: 'Marks passed' }),
    rowsPanel('video_retention', 'bargauge', { w: 12 }),
    rowsPanel('form_abandonments', 'bargauge', { by: 'last_field', title: 'Forms left, by the field changed last', w: 16 }),
    numberPanel('form_abandonment_rate', 'gauge', { w: 8, h: 9 }),
    rowsPanel('downloads', 'bargauge', { by: 'download_url', title: 'Downloads by file', w: 10 }),
    rowsPanel('downloads_by_kind', 'piechart', { h: 9 }),
    rowsPanel('image_views', 'barchart', { by: 'image_url', title: 'Image views', w: 8, h: 9 }),
  ],
}

const audience: DashboardSpec = {
  uid: 'webwatch-audience',
  title: 'Audience',
  description: 'Who comes, how they find the site, where they begin and end, and whether they come back.',
  variables: ['site', 'device', 'country'],
  from: 'now-30d',
  panels: [
    linePanel('sessions', { title: 'Visits over time', filters: ['site', 'device', 'country'] }),
    rowsPanel('utm_campaigns', 'table', { filters: ['site', 'device', 'country'] }),
    rowsPanel('entry_pages', 'table', { filters: ['site', 'device', 'country'], drillDown: 'entry_page' }),
    rowsPanel('exit_pages', 'table', { filters: ['site', 'device', 'country'], drillDown: 'exit_page' }),
    cohortTable('retention', { title: 'Who comes back, by week', filters: ['site', 'device', 'country'], w: 24, h: 9 }),
    rowsPanel('utm_mediums', 'piechart', { filters: ['site', 'device', 'country'], w: 12 }),
    rowsPanel('countries', 'bargauge', { filters: ['site', 'device', 'country'], w: 12, h: 8 }),
  ],
}

const page: DashboardSpec = {
  uid: 'webwatch-page',
  title: 'One page',
  description: 'Everything about one page: choose it above, or come here by a click on a page in another dashboard.',
  variables: ['site', 'url', 'device', 'country'],
  panels: [
    numberPanel('page_views', 'stat'),
    numberPanel('visitors', 'stat'),
    numberPanel('engaged_time', 'stat'),
    numberPanel('scroll_depth', 'stat'),
    numberPanel('clicks_per_page_view', 'stat', { decimals: 1 }),
    numberPanel('form_conversion', 'stat'),
    numberPanel('lcp', 'stat', { title: 'Largest paint (LCP), p75' }),
    numberPanel('inp', 'stat', { title: 'Response (INP), p75' }),
    numberPanel('cls', 'stat', { title: 'Layout shift (CLS), p75', decimals: 3 }),
    numberPanel('js_errors', 'stat'),
    numberPanel('rage_clicks', 'stat'),
    numberPanel('dead_clicks', 'stat'),
    numberPanel('error_rate', 'stat', { title: 'Views with script errors' }),
    numberPanel('fcp', 'stat', { title: 'First paint (FCP), p75' }),
    numberPanel('ttfb', 'stat', { title: 'First byte (TTFB), p75' }),
    numberPanel('lcp_good', 'stat', { title: 'Largest paint, good', thresholds: GOOD }),
    numberPanel('inp_good', 'stat', { title: 'Response, good', thresholds: GOOD }),
    numberPanel('cls_good', 'stat', { title: 'Layout shift, good', thresholds: GOOD }),
    linePanel('page_views', { title: 'Page views over time', draw: 'bars' }),
    histogram('scroll_depth_distribution', 10, 10, { title: 'Scroll depth, distribution', unit: 'percent', counts: 'Page views' }),
    rowsPanel('top_targets', 'bargauge', { title: 'Clicks by target', w: 12 }),
    histogram('click_depth', 100, 40, { title: 'Where clicks fall, from the top of the page', h: 9, unit: 'suffix: px', counts: 'Clicks' }),
    histogram('engaged_time_distribution', 10, 30, { title: 'Engaged time, distribution', unit: 's', counts: 'Page views' }),
    rowsPanel('image_views', 'barchart', { by: 'image_url', title: 'Images seen', w: 12 }),
  ],
}

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

const quality: DashboardSpec = {
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

const health: DashboardSpec = {
  uid: 'webwatch-pipeline',
  title: 'Pipeline',
  description:
    'How collectors are: what they take and store, what waits, and how long things take. Collectors write these figures themselves.',
  variables: [],
  panels: [
    healthStat('accepted'),
    healthStat('stored'),
    healthStat('lag', { thresholds: { warn: 10_000, bad: 100_000 } }),
    healthStat('spool', { thresholds: { warn: 1, bad: 10_000 } }),
    healthStat('write_failures', { thresholds: { warn: 1, bad: 100 } }),
    healthStat('publish_failures', { thresholds: { warn: 1, bad: 100 } }),
    healthLines('Events', 'What goes in and what comes out.', ['accepted', 'stored', 'rejected', 'duplicates']),
    healthLines('Waiting', 'What is accepted and not stored yet.', ['lag', 'spool']),
    healthLines('Time', 'How long senders and the sink wait.', ['publish', 'write'], {
      unit: 'ms',
      empty: 'Nothing was sent or stored in this range',
    }),
    healthLines('Failures', 'What is tried again.', ['write_failures', 'publish_failures']),
    healthLines('Memory', 'What the processes hold.', ['memory', 'pending'], { unit: 'bytes' }),
    healthLines('Event loop', 'Whether the processes are overloaded.', ['loop_delay'], { unit: 's', thresholds: { warn: 0.1, bad: 0.5 } }),
  ],
}

/** Every dashboard, the one to land on first. */
export const dashboards: readonly DashboardSpec[] = [overview, page, behaviour, content, audience, quality, health]
