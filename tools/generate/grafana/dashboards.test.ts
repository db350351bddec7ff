import { isOfWholeVisits } from '@webwatch/metrics'
import { describe, expect, it } from 'vitest'
import { dashboardModel } from './dashboard.ts'
import { dashboards } from './dashboards.ts'
import type { PanelModel, PanelType } from './model.ts'
import { dashboardReference } from './reference.ts'

const models = dashboards.map((spec) => dashboardModel(spec))
const panels = models.flatMap((model) => model.panels.map((panel) => [`${model.title}: ${panel.title}`, panel] as const))
const specs = dashboards.flatMap(({ panels }) => panels)

/** Every picture that was asked for: what it is of, the type of its panel, and the question that it answers. */
const wanted: readonly (readonly [what: string, type: PanelType, metric: string])[] = [
  ['page views', 'timeseries', 'page_views'],
  ['page views', 'heatmap', 'page_views'],
  ['clicks', 'bargauge', 'top_targets'],
  ['clicks', 'stat', 'clicks'],
  ['session duration', 'gauge', 'engaged_time'],
  ['session duration', 'histogram', 'engaged_time_distribution'],
  ['scroll depth', 'timeseries', 'scroll_depth_mean'],
  ['scroll depth', 'heatmap', 'scroll_depth_distribution'],
  ['mouse movements', 'heatmap', 'mouse_y'],
  ['mouse movements', 'geomap', 'mouse_movements'],
  ['form submissions', 'piechart', 'form_validity'],
  ['form submissions', 'timeseries', 'form_submissions'],
  ['video plays', 'gauge', 'video_plays'],
  ['video completions', 'stat', 'video_completions'],
  ['downloads', 'bargauge', 'downloads'],
  ['downloads', 'piechart', 'downloads_by_kind'],
  ['image views', 'barchart', 'image_views'],
  ['video retention', 'bargauge', 'video_retention'],
  ['fields', 'bargauge', 'field_focuses'],
  ['hover time', 'bargauge', 'hover_time'],
  ['long engagement', 'stat', 'engaged_time_p75'],
  ['longest engagement', 'stat', 'engaged_time_p95'],
  ['page views with errors', 'stat', 'error_rate'],
  ['first paint', 'gauge', 'fcp'],
  ['first byte', 'gauge', 'ttfb'],
  ...['lcp', 'inp', 'cls', 'fcp', 'ttfb'].flatMap((vital) =>
    ['good', 'poor'].map((part) => [`${vital}, ${part}`, 'stat', `${vital}_${part}`] as const),
  ),
]

describe('every picture that a site owner was promised', () => {
  it.each(wanted)('%s as %s', (_what, type, metric) => {
    expect(specs.filter((spec) => spec.type === type && spec.asks?.metric.id === metric)).not.toEqual([])
  })

  it('has rejections, losses, dead letters, errors and vitals side by side', () => {
    const titles = dashboards.find(({ uid }) => uid === 'webwatch-quality')!.panels.map(({ title }) => title)
    const asked = ['Rejected', 'Refused events by code', 'Loss ledger', 'Dead letters', 'Script errors by script']
    expect(titles).toEqual(
      expect.arrayContaining([...asked, ...['Largest paint (LCP)', 'Response (INP)', 'Layout shift (CLS)'].map((name) => `${name}, p75`)]),
    )
  })

  it('shows the thresholds of a metric wherever it is shown', () => {
    for (const { asks, thresholds, title } of specs) if (asks?.metric.thresholds) expect(thresholds, title).toEqual(asks.metric.thresholds)
    expect(specs.filter(({ asks }) => asks?.metric.thresholds).length).toBeGreaterThan(6)
  })

  it('has bars beside each map, which count those of unknown country too', () => {
    const maps = specs.filter(({ type }) => type === 'geomap')
    expect(maps.length).toBeGreaterThan(1)
    for (const { asks, description, title } of maps) {
      expect(description, title).toMatch(/unknown country: the bars beside it/)
      const { panels: beside } = dashboards.find(({ panels }) => panels.some((panel) => panel.asks === asks))!
      const place = beside.findIndex((panel) => panel.asks === asks)
      expect(beside[place + 1], title).toMatchObject({ type: 'bargauge', asks: { metric: { id: asks!.metric.id }, by: asks!.by } })
    }
  })

  it('narrows errors and vitals to a page, a device and a country', () => {
    const { panels: quality, variables } = dashboards.find(({ uid }) => uid === 'webwatch-quality')!
    expect(variables).toEqual(['site', 'url', 'device', 'country'])
    const asking = quality.filter(({ asks }) => asks)
    expect(asking.length).toBeGreaterThan(15)
    for (const { asks, title } of asking) expect(asks!.filters, title).toEqual(variables)
  })

  it('has an overview, a page of its own, quality and the pipeline', () => {
    // Bookmarks and links rely on these.
    expect(models.map(({ uid }) => uid)).toEqual([
      'webwatch-overview',
      'webwatch-page',
      'webwatch-behaviour',
      'webwatch-content',
      'webwatch-audience',
      'webwatch-quality',
      'webwatch-pipeline',
    ])
  })
})

describe.each(models.map((model) => [model.title, model] as const))('%s', (_title, model) => {
  it('lets the viewer choose the store and what to look at, with fast plain queries', () => {
    const [store, ...others] = model.templating.list
    expect(store).toMatchObject({ name: 'datasource', type: 'datasource', query: 'influxdb' })
    for (const { query, type, includeAll, allValue, refresh, description } of others) {
      expect(type).toBe('query')
      expect(query).toMatch(/schema\.tagValues\(/)
      expect({ includeAll, allValue, refresh }).toEqual({ includeAll: true, allValue: '.*', refresh: 2 })
      expect(description).not.toBe('')
    }
  })

  it('filters by the variables that it shows, and by no other', () => {
    const names = new Set(model.templating.list.map(({ name }) => name))
    for (const { targets } of model.panels) {
      for (const { query } of targets) for (const [, variable] of query.matchAll(/\$\{(\w+)/g)) expect([...names]).toContain(variable)
    }
  })

  it('marks deployments and anomalies, and leads to the others with the same range and choices', () => {
    expect(model.annotations.list.map(({ name }) => name)).toEqual(['Deployments', 'Anomalies'])
    expect(model.links).toMatchObject([{ type: 'dashboards', tags: ['webwatch'], keepTime: true, includeVars: true }])
    expect(model.tags).toEqual(['webwatch'])
  })

  it('fits into 24 columns, without a panel on another, with ids of their own', () => {
    const taken = new Set<string>()
    for (const { gridPos } of model.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x},${y}`), `${x},${y}`).toBe(false)
          taken.add(`${x},${y}`)
        }
      }
    }
    expect(new Set(model.panels.map(({ id }) => id)).size).toBe(model.panels.length)
  })

  it('is of the classic model that Grafana 9.4 to 12 load', () => {
    expect(model.schemaVersion).toBe(37)
    expect(JSON.parse(JSON.stringify(model))).toEqual(model)
  })
})

it('leads from a page in a table to the dashboard of that page, and keeps range and choices', () => {
  const linked = panels.flatMap(([, { fieldConfig }]: readonly [string, PanelModel]) =>
    (fieldConfig.overrides as { properties: { id: string; value: { url: string }[] }[] }[]).flatMap(({ properties }) =>
      properties.filter(({ id }) => id === 'links').map(({ value }) => value[0]!.url),
    ),
  )
  expect(linked.length).toBeGreaterThanOrEqual(3)
  for (const url of linked) {
    expect(url).toMatch(/^\/d\/webwatch-page\?\$\{__url_time_range\}&/)
    for (const name of ['datasource', 'site', 'device', 'country']) expect(url).toContain(`&\${${name}:queryparam}`)
    expect(url).toMatch(/var-url=\$\{__data\.fields\["\w+"\]:percentencode\}$/)
  }
})

it('how visits begin, end or go on is not limited to the page that is chosen, and says so', () => {
  const whole = specs.filter(({ asks }) => asks && isOfWholeVisits(asks.metric))
  expect(whole.map(({ title }) => title)).toEqual(expect.arrayContaining(['Bounce rate', 'Referrers', 'Campaign sources', 'Entry pages']))
  for (const { queries } of whole) for (const query of queries) expect(query).not.toContain('${url')
  const inOverview = dashboards[0]!.panels.filter((panel) => whole.includes(panel))
  for (const { description } of inOverview) expect(description).toMatch(/Of all pages, whichever is chosen above\./)
})

it('the reference begins a sentence with a site, and nothing else', () => {
  const reference = dashboardReference(dashboards)
  expect(reference).toMatch(/\| A site had no page view/)
  expect(reference).toMatch(/For one page view in four of a site/)
  expect(reference).not.toMatch(/[a-z] A site/)
})
