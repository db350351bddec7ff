import { describe, expect, it } from 'vitest'
import { catalogue, metricOf } from './catalogue.ts'
import { hasColumn } from './columns.ts'
import { fluxOf } from './flux/flux.ts'
import { fixedColumns, sourcesOf, stagesOf } from './query.ts'

const steps = [
  { name: 'first', of: { types: ['pageview'] } },
  { name: 'second', of: { types: ['click'] } },
]
const frame = {
  bucket: 'v.defaultBucket',
  start: 'v.timeRangeStart',
  stop: 'v.timeRangeStop',
  window: 'every: v.windowPeriod',
  filters: ['r.site =~ /^${site:regex}$/'],
}

it('gives every metric a name of its own', () => {
  expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length)
  for (const { id } of catalogue) expect(id).toMatch(/^[a-z][a-z0-9_]*$/)
})

/** What was promised beyond plain counts, and the metrics that answer it. */
const promised: Readonly<Record<string, readonly string[]>> = {
  'unique visitors and sessions': ['visitors', 'sessions'],
  'bounce rate, pages per session': ['bounce_rate', 'pages_per_session'],
  'engaged time (median, p75, p95)': ['engaged_time', 'engaged_time_p75', 'engaged_time_p95'],
  'entry and exit pages': ['entry_pages', 'exit_pages'],
  'referrers and utm': ['referrers', 'utm_sources', 'utm_mediums', 'utm_campaigns'],
  'new and returning': ['new_and_returning'],
  'scroll-depth distribution (how far do 50 % get)': ['scroll_depth', 'scroll_reach', 'scroll_depth_distribution'],
  'top and dead and rage targets': ['top_targets', 'dead_targets', 'rage_targets'],
  'form funnel, time to complete, the field where they leave': ['form_funnel', 'form_completion_time', 'last_fields'],
  'media retention, downloads by kind, image views': ['video_retention', 'downloads_by_kind', 'image_views'],
  'web vitals at p75 with good and poor': ['lcp', 'inp', 'cls', 'fcp', 'ttfb'].flatMap((id) => [id, `${id}_good`, `${id}_poor`]),
  'errors by source': ['errors_by_source'],
  'devices, browsers, countries': ['devices', 'browsers', 'countries'],
  'live visitors now': ['live_visitors'],
  'funnels over pages and targets, retention by week, the loss ledger': ['funnel', 'retention', 'loss_ledger'],
}

it.each(Object.entries(promised))('answers what was promised: %s', (_what, ids) => {
  for (const id of ids) expect(metricOf(id), id).toBeDefined()
  const stages = (id: string) => stagesOf(metricOf(id)!)
  if (ids.includes('form_funnel')) expect(stages('form_funnel')).toEqual(['seen', 'entered', 'started', 'left', 'submitted'])
  if (ids.includes('video_retention')) expect(stages('video_retention')).toEqual(['started', '25 %', '50 %', '75 %', '100 %'])
})

describe.each(catalogue.map((metric) => [metric.id, metric] as const))('%s', (_id, metric) => {
  it('says what it means in a sentence', () => {
    expect(metric.title).toMatch(/^[A-Z]/)
    expect(metric.description).toMatch(/^[A-Z].{40,}\.$/s)
  })

  it('looks only at columns that its events have', () => {
    for (const { types, where = [], value } of sourcesOf(metric)) {
      const columns = [...where.map(({ column }) => column), ...(typeof value === 'string' ? [value] : []), ...metric.breakdowns]
      for (const column of columns) for (const type of types) expect(hasColumn(type, column), `${column} of ${type}`).toBe(true)
    }
    for (const column of fixedColumns(metric)) expect(metric.breakdowns).not.toContain(column)
  })

  it('becomes Flux with the variables of a dashboard, and nothing hard-wired', () => {
    const flux = fluxOf(metric, { ...frame, by: metric.breakdowns.slice(0, 1), steps })
    expect(flux).toContain('from(bucket: v.defaultBucket)')
    expect(flux).toContain('range(start: v.timeRangeStart, stop: v.timeRangeStop)')
    expect(flux).toContain('r.site =~ /^${site:regex}$/')
    expect(flux).not.toMatch(/range\(start: -|bucket: "/)
  })
})
