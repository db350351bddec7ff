import { theMetric } from '@webwatch/metrics/catalogue.ts'
import type { DashboardSpec } from '../dashboard.ts'
import { heatmap, linePanel, mapPanel, numberPanel, rowsPanel } from '../from-metric.ts'
import { NOT_ON_MAPS } from './shared.ts'

/** What to land on. */
export const overview: DashboardSpec = {
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
    mapPanel('countries', {
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
