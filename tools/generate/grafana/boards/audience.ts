import type { DashboardSpec } from '../dashboard.ts'
import { cohortTable, linePanel, rowsPanel } from '../from-metric.ts'

/** Who comes, from where, and whether they come back. */
export const audience: DashboardSpec = {
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
