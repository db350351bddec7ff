import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { alerts } from './alerts.ts'
import { dashboardModel } from './dashboard.ts'
import { dashboards } from './dashboards.ts'
import { DATASOURCE_UID, provisioning } from './provisioning.ts'

const models = dashboards.map((spec) => dashboardModel(spec))

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

it('an alert rule has an empty text in a table of its own alone: among others InfluxDB may lose it', () => {
  const ownTable = /array\.from\(rows: \[\{site: "", _value: 0\.0\}\]\)\s*\|> group\(columns: \["site"\]\)/g
  const made = alerts.flatMap(({ numbers }) => Object.values(numbers)).map(({ query }) => query.replaceAll('!= ""', ''))
  expect(made.some((query) => ownTable.test(query))).toBe(true)
  for (const query of made) expect(query.replace(ownTable, '')).not.toContain('""')
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
