import { describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'
import { hasColumn } from './columns.ts'
import { fluxOf } from './flux/flux.ts'
import { fixedColumns, sourcesOf } from './query.ts'

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
