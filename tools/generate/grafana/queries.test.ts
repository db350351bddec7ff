import { healthNumber, healthSeries } from '@webwatch/metrics/grafana/health.ts'
import { describe, expect, it } from 'vitest'
import { dashboardModel } from './dashboard.ts'
import { dashboards } from './dashboards.ts'

const models = dashboards.map((spec) => dashboardModel(spec))
const queries = models.flatMap(({ title, panels }) =>
  panels.flatMap((panel) => panel.targets.map(({ query }) => [`${title}: ${panel.title}`, query] as const)),
)

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

  it("knows the viewer's time zone where days or weeks may begin, and nowhere else", () => {
    const days = [...query.matchAll(/(?:, location:|^place =) (.*?) timezone\.utc(?=[,)\n])/gm)].map(([, text]) => text)
    const whole = query.includes('"cohort"')
      ? /^if "\$__timezone" =~/
      : /^if int\(v: v\.windowPeriod\) < int\(v: 1d\) then timezone\.utc else if "\$__timezone" =~/
    for (const text of days) expect(text).toMatch(whole)
    expect(query.split('"$__timezone"').length - 1).toBe(2 * days.length)
    const isLine = /\|> aggregateWindow\(every: v\.windowPeriod/.test(query) && !query.includes('int(v: r._time) / int(v: v.windowPeriod)')
    expect(days.length > 0).toBe(isLine || query.includes('"cohort"'))
  })

  it('makes no empty text, which InfluxDB may lose among others', () => {
    expect(query.replaceAll('!= ""', '')).not.toContain('""')
  })

  it('has nothing in it that Grafana would take for a variable of its own', () => {
    expect(query).not.toMatch(/\b(?!v\.)[a-zA-Z]+\.(bucket|defaultBucket|organization|timeRangeStart|timeRangeStop|windowPeriod)\b/)
    for (const [, variable] of query.matchAll(/\$\{(\w+)/g)) expect(['site', 'url', 'device', 'country']).toContain(variable)
  })
})

describe('figures of collectors', () => {
  it('are of the worst one where a sum would mean nothing', () => {
    for (const query of [healthSeries('loop_delay'), healthNumber('loop_delay')]) {
      expect(query).toContain('|> max()')
      expect(query).not.toContain('|> sum()')
    }
  })
})
