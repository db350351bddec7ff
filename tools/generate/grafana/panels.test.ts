import { describe, expect, it } from 'vitest'
import { dashboardModel } from './dashboard.ts'
import { dashboards } from './dashboards.ts'
import { type PanelModel, panelTypes, type Thresholds } from './model.ts'
import { thresholdsOf } from './panel.ts'

const models = dashboards.map((spec) => dashboardModel(spec))
const panels = models.flatMap((model) => model.panels.map((panel) => [`${model.title}: ${panel.title}`, panel] as const))

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
  it('say in words that no collector reports: each tells also that it is 0', () => {
    const stats = models.find(({ uid }) => uid === 'webwatch-pipeline')!.panels.filter(({ type }) => type === 'stat')
    expect(stats.length).toBeGreaterThan(3)
    for (const { fieldConfig } of stats) expect(fieldConfig.defaults.noValue).toBe('No collector has reported in this range')
  })
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
