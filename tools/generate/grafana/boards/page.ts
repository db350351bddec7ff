import type { DashboardSpec } from '../dashboard.ts'
import { histogram, linePanel, numberPanel, rowsPanel } from '../from-metric.ts'
import { GOOD } from './shared.ts'

/** One page, which the others lead to. */
export const page: DashboardSpec = {
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
