import type { DashboardSpec } from '../dashboard.ts'
import { gaugeOutOf, histogram, linePanel, numberPanel, rowsPanel } from '../from-metric.ts'

/** Forms, media and files. */
export const content: DashboardSpec = {
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
