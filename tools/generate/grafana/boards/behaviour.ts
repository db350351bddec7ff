import { theMetric } from '@webwatch/metrics/catalogue.ts'
import type { DashboardSpec } from '../dashboard.ts'
import { binnedHeatmap, histogram, linePanel, mapPanel, numberPanel, rowsPanel } from '../from-metric.ts'
import { NOT_ON_MAPS } from './shared.ts'

const percents = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
const pixels = [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1200, 1400]

/** The name is that of the captured event. */
const OF_A_VIEW = 'It is that of one page view, not of all that a visitor looks at in a visit.'

/** What visitors do on pages. */
export const behaviour: DashboardSpec = {
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
    mapPanel('mouse_movements', {
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
