import { runInNewContext } from 'node:vm'
import { isOfWholeVisits } from '@webwatch/metrics'
import { healthNumber, healthSeries } from '@webwatch/metrics/grafana/health.ts'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { alerts } from './alerts.ts'
import { dashboardModel } from './dashboard.ts'
import { dashboards } from './dashboards.ts'
import { type PanelModel, type PanelType, panelTypes, type Thresholds } from './model.ts'
import { thresholdsOf } from './panel.ts'
import { DATASOURCE_UID, provisioning } from './provisioning.ts'
import { dashboardReference } from './reference.ts'

const models = dashboards.map((spec) => dashboardModel(spec))
const panels = models.flatMap((model) => model.panels.map((panel) => [`${model.title}: ${panel.title}`, panel] as const))
const queries = panels.flatMap(([name, { targets }]) => targets.map(({ query }) => [name, query] as const))

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
]
const specs = dashboards.flatMap(({ panels }) => panels)

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

/** The properties of a panel's column that are not the panel's own. */
const overridesOf = ({ fieldConfig }: PanelModel, column: string): Record<string, unknown> => {
  const overrides = fieldConfig.overrides as { matcher: { options: string }; properties: { id: string; value: unknown }[] }[]
  const own = overrides.filter(({ matcher }) => matcher.options === column)
  return Object.fromEntries(own.flatMap(({ properties }) => properties.map(({ id, value }) => [id, value])))
}

describe.each(panels.filter(([, { type }]) => type === 'histogram'))('%s', (_name, panel) => {
  it('says what its bars count, and counts without the unit of its bins', () => {
    expect(overridesOf(panel, 'value')).toEqual({ unit: 'short', displayName: expect.stringMatching(/^(Page views|Marks passed|Clicks)$/) })
  })

  it('says that the last bar holds all that is larger, where there can be something', () => {
    expect(/The last bar holds all above \d+\.$/.test(panel.description)).toBe(panel.fieldConfig.defaults.unit !== 'percent')
  })
})

describe.each(panels)('%s', (_name, panel) => {
  it('says what it shows, in which unit, and what it says when there is nothing', () => {
    const { unit, noValue } = panel.fieldConfig.defaults as { unit: string; noValue: string }
    expect(panelTypes).toContain(panel.type)
    expect(panel.title).not.toBe('')
    expect(panel.description.length).toBeGreaterThan(30)
    expect(unit).toBeTruthy()
    expect(noValue).toMatch(/^(0|(No|Nothing) .+)$/)
    // What there is none of, not what was asked of it.
    expect(noValue).not.toMatch(/\b(rate|per|by|where|not|top|new|medium|media|mouse in|conversion|reach|left)\b/)
    expect(panel.description).not.toMatch(/column `|\(`time`\)/)
  })

  it('reads from the chosen datasource, and has a query', () => {
    expect(panel.targets.length).toBeGreaterThan(0)
    for (const { datasource } of [panel, ...panel.targets]) expect(datasource).toEqual({ type: 'influxdb', uid: '${datasource}' })
  })

  it('has room for its title on a screen of 1280 px, and colours that light and dark themes know', () => {
    // 1,190 px are left for 24 columns; a letter of the title takes 7 px on average, and its padding 26 px.
    const width = (panel.gridPos.w / 24) * 1190
    expect(panel.title.length * 7 + 26).toBeLessThanOrEqual(width)
    expect(width).toBeGreaterThanOrEqual(['stat', 'gauge'].includes(panel.type) ? 190 : 280)
    // Names stand for other shades in each theme; a shade of its own would be too dark or too light in one of them.
    expect(JSON.stringify([panel.options, panel.fieldConfig])).not.toMatch(/#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/i)
  })

  it('begins its scale at 0 where the smallest bar would look empty', () => {
    if (['bargauge', 'gauge', 'barchart'].includes(panel.type)) expect(panel.fieldConfig.defaults).toMatchObject({ min: 0 })
  })
})

/** Ranges that a query may read: the viewer's, the end of it, the part of it from which events have gone, its beginning, or a slice of it. */
const allowed = [
  'start: v.timeRangeStart, stop: v.timeRangeStop',
  'start: date.sub(d: 300s, from: v.timeRangeStop), stop: v.timeRangeStop',
  'start: v.timeRangeStart, stop: until',
  'start: v.timeRangeStart, stop: before',
  'start: since, stop: until',
]

/** The range of all slices, of which a query that cuts it into some makes windows again. */
function slicesAgain(query: string): string | undefined {
  const [, width, slices] = /^(\w+) = \(int\(v: v\.timeRangeStop\) - int\(v: v\.timeRangeStart\)\) \/ (\d+)$/m.exec(query) ?? []
  return width && `start: v.timeRangeStart, stop: time(v: int(v: v.timeRangeStart) + ${slices} * ${width})`
}

describe.each(queries)('a query of %s', (_name, query) => {
  it('knows no bucket, range or interval of its own', () => {
    expect(query).not.toMatch(/bucket: "/)
    for (const [, range] of query.matchAll(/range\((.*)\)$/gm)) {
      if (range !== slicesAgain(query)) expect(allowed).toContain(range)
    }
    const firstHour = 'date.add(d: 1h, to: date.truncate(t: v.timeRangeStart, unit: 1h))'
    for (const [, moment] of query.matchAll(/\bbefore: (.*)\)$/gm)) expect([firstHour, 'v.timeRangeStop']).toContain(moment)
    if (query.includes('start: since'))
      expect(query).toMatch(
        /^(\w+) = \(int\(v: v\.timeRangeStop\) - int\(v: v\.timeRangeStart\)\) \/ \d+\n.*\nsince = time\(v: int\(v: v\.timeRangeStart\) \+ x \* \1\)\n/m,
      )
    expect(query).toContain('range(')
    // Retention is about weeks, however long the range.
    const width = query.includes('"cohort"') ? 'every: 1w' : 'every: v.windowPeriod'
    for (const [every] of query.matchAll(/every: [^,)]*/g)) {
      if (!slicesAgain(query) || !every.startsWith('every: duration(v: ')) expect(every).toBe(width)
    }
  })

  it('has nothing in it that Grafana would take for a variable of its own', () => {
    expect(query).not.toMatch(/\b(?!v\.)[a-zA-Z]+\.(bucket|defaultBucket|organization|timeRangeStart|timeRangeStop|windowPeriod)\b/)
    for (const [, variable] of query.matchAll(/\$\{(\w+)/g)) expect(['site', 'url', 'device', 'country']).toContain(variable)
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

describe('a column of a table', () => {
  it('in percent has that unit beside a share, which is from 0 to 1', () => {
    const reach = panels.filter(([, { targets, type }]) => type === 'table' && targets.some(({ query }) => query.includes('"bucket"')))
    expect(reach.map(([, { title }]) => title)).toEqual(['How far page views get'])
    expect(overridesOf(reach[0]![1], 'bucket')).toMatchObject({ unit: 'percent' })
    expect(reach[0]![1].fieldConfig.defaults).toMatchObject({ unit: 'percentunit' })
  })
})

describe('a gauge', () => {
  it('has an end, for all or from what its other query says', () => {
    const gauges = panels.filter(([, { type }]) => type === 'gauge')
    expect(gauges.length).toBeGreaterThan(5)
    for (const [name, { fieldConfig, targets, transformations }] of gauges) {
      if (targets.length === 1) expect(fieldConfig.defaults, name).toHaveProperty('max')
      else
        expect(transformations, name).toMatchObject([
          { id: 'configFromData', options: { configRefId: 'B', mappings: [{ handlerKey: 'max' }] } },
        ])
    }
  })
})

describe('a heatmap of bins', () => {
  it('has rows with a unit', () => {
    const units = panels
      .filter(([, { title }]) => /^(Scroll depth, by|Mouse movements by distance)/.test(title))
      .map(([, { options }]) => options.yAxis)
    expect(units).toMatchObject([{ unit: 'percent' }, { unit: 'suffix: px' }])
  })
})

describe('figures of collectors', () => {
  it('are of the worst one where a sum would mean nothing', () => {
    for (const query of [healthSeries('loop_delay'), healthNumber('loop_delay')]) {
      expect(query).toContain('|> max()')
      expect(query).not.toContain('|> sum()')
    }
  })

  it('say in words that no collector reports: each tells also that it is 0', () => {
    const stats = models.find(({ uid }) => uid === 'webwatch-pipeline')!.panels.filter(({ type }) => type === 'stat')
    expect(stats.length).toBeGreaterThan(3)
    for (const { fieldConfig } of stats) expect(fieldConfig.defaults.noValue).toBe('No collector has reported in this range')
  })
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

describe('thresholds', () => {
  it('are lines beside lines, which keep the colours that tell them apart', () => {
    const lines = panels.filter(
      ([, { type, fieldConfig }]) => type === 'timeseries' && (fieldConfig.defaults.thresholds as Thresholds).steps.length > 1,
    )
    expect(lines.length).toBeGreaterThan(2)
    for (const [name, { fieldConfig }] of lines)
      expect(fieldConfig.defaults, name).toMatchObject({
        color: { mode: 'palette-classic' },
        custom: { thresholdsStyle: { mode: 'dashed' } },
      })
  })

  it('are good below, or good above', () => {
    expect(thresholdsOf({ warn: 1, bad: 2 }).steps.map(({ color, value }) => [color, value])).toEqual([
      ['green', null],
      ['orange', 1],
      ['red', 2],
    ])
    expect(thresholdsOf({ warn: 9, bad: 5 }).steps.map(({ color, value }) => [color, value])).toEqual([
      ['red', null],
      ['orange', 5],
      ['green', 9],
    ])
  })
})

type Numbers = Record<string, number>

describe('an alert rule', () => {
  const quiet = Object.fromEntries([...'ABCDEFGH'].map((letter) => [`$${letter}`, 0]))
  /** Grafana's expressions mean in JavaScript what they mean there, as far as rules use them. */
  const fires = (uid: string, numbers: Numbers): boolean => {
    const [{ rules }] = parse(provisioning['alerting/webwatch.yaml']!).groups
    const { data, condition } = rules.find((rule: { uid: string }) => rule.uid === `webwatch-${uid}`)
    const { model } = data.find(({ refId }: { refId: string }) => refId === condition)
    const given = Object.fromEntries(Object.entries(numbers).map(([letter, value]) => [`$${letter}`, value]))
    return runInNewContext(model.expression, { ...quiet, ...given })
  }

  it.each<[uid: string, firing: Numbers, ...others: Numbers[]]>([
    ['traffic-gone', { A: 0, B: 20 }, { A: 1, B: 20 }, { A: 0, B: 19 }],
    // It goes on when the hour before has become empty too, but not after a quiet night.
    ['traffic-gone', { A: 0, B: 0, C: 600 }, { A: 1, B: 0, C: 600 }, { A: 0, B: 0, C: 599 }],
    ['script-errors', { A: 11, B: 100 }, { A: 10, B: 1 }, { A: 11, B: 110 }],
    ['rejections', { A: 20, B: 300 }, { A: 19, B: 0 }, { A: 20, B: 380 }],
    // A small site that loses something, and a large one that loses a small part; one event alone says nothing.
    ['loss', { A: 5, B: 100 }, { A: 4, B: 100 }, { A: 5, B: 5_000 }],
    ['loss', { A: 2, B: 1_000 }, { A: 2, B: 999 }, { A: 1, B: 1_000 }, { A: 1, B: 900 }],
    ['nothing-stored', { A: 20 }, { A: 20, B: 1 }, { A: 19 }],
    ['dead-letters', { A: 1 }],
    ['lag', { A: 10_001 }, { A: 10_000 }],
    ['spool', { A: 1 }],
    // Poor, and worse than before while no longer good; neither with a handful of page views.
    ['vitals', { G: 20, A: 4_001 }, { G: 19, A: 9_000 }, { G: 20, A: 4_000 }],
    ['vitals', { G: 20, B: 501 }, { G: 20, B: 500 }],
    ['vitals', { G: 20, C: 0.26 }, { G: 20, C: 0.25 }],
    ['vitals', { G: 20, H: 20, A: 2_600, D: 1_700 }, { G: 20, H: 20, A: 2_600, D: 1_800 }, { G: 20, H: 20, A: 2_400, D: 100 }],
    ['vitals', { G: 20, H: 20, B: 210, E: 100 }, { G: 20, H: 19, B: 210, E: 100 }, { G: 20, H: 20, B: 210, E: 0 }],
    ['vitals', { G: 20, H: 20, C: 0.11, F: 0.05 }, { G: 20, H: 20, C: 0.09, F: 0.01 }],
  ])('%s fires with %o, and not with less', (uid, firing, ...others) => {
    expect(fires(uid, firing)).toBe(true)
    for (const numbers of others) expect(fires(uid, numbers), JSON.stringify(numbers)).toBe(false)
    expect(fires(uid, {})).toBe(false)
  })
})

describe('what Grafana reads at its start', () => {
  const read = (path: string) => parse(provisioning[path]!)

  it('takes the store from the environment, under the name that rules know', () => {
    const [source] = read('datasources/webwatch.yaml').datasources
    expect(source).toMatchObject({
      uid: 'webwatch-influxdb',
      type: 'influxdb',
      url: '${INFLUX_URL}',
      jsonData: { version: 'Flux', defaultBucket: '${INFLUX_BUCKET}' },
    })
  })

  it('has a rule for everything that somebody must be told of, and says what to do', () => {
    const [{ rules }] = read('alerting/webwatch.yaml').groups
    // Silences and links rely on these.
    expect(alerts.map(({ uid }) => uid)).toEqual([
      'webwatch-traffic-gone',
      'webwatch-script-errors',
      'webwatch-vitals',
      'webwatch-rejections',
      'webwatch-loss',
      'webwatch-nothing-stored',
      'webwatch-dead-letters',
      'webwatch-lag',
      'webwatch-spool',
    ])
    expect(rules.map(({ uid }: { uid: string }) => uid)).toEqual(alerts.map(({ uid }) => uid))
    for (const { uid, data, condition, annotations, dashboardUid, panelId } of rules) {
      const panel = models.find((model) => model.uid === dashboardUid)!.panels.find(({ id }) => id === panelId)
      expect(panel?.title).toBe(alerts.find((alert) => alert.uid === uid)!.panel[1])
      expect([annotations.__dashboardUid__, annotations.__panelId__]).toEqual([dashboardUid, String(panelId)])
      // Nothing is put into a model, so that `$$` would stay, which is no number's name: https://grafana.com/docs/grafana/v9.4/panels-visualizations/query-transform-data/expression-queries/#math
      const { model: result } = data.find(({ refId }: { refId: string }) => refId === condition)
      expect(result.expression).toBe(alerts.find((alert) => alert.uid === uid)!.condition)
      for (const name of result.expression.match(/\$+\w*/g)) expect(name).toMatch(/^\$[A-H]$/)
      const letters = data.map(({ refId }: { refId: string }) => refId)
      expect(letters).toContain(condition)
      expect(annotations.summary.length).toBeGreaterThan(20)
      expect(annotations.description.length).toBeGreaterThan(20)
      for (const { datasourceUid, model } of data) {
        expect([DATASOURCE_UID, '__expr__']).toContain(datasourceUid)
        if (model.query) expect(model.query).not.toContain('$')
      }
    }
  })
})
