import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../config.ts'
import { tooOld } from './upkeep.ts'

const now = Date.parse('2026-05-20T10:37:12Z')

describe('retention', () => {
  it('is 90 days for events and two years for aggregates, unless the environment says otherwise', () => {
    expect(readConfig({}).retention).toEqual({ rawDays: 90, aggregateDays: 730 })
    expect(readConfig({ RAW_RETENTION_DAYS: '30', AGGREGATE_RETENTION_DAYS: '0' }).retention).toEqual({ rawDays: 30, aggregateDays: 0 })
  })

  it.each([
    { RAW_RETENTION_DAYS: '7' },
    { RAW_RETENTION_DAYS: 'ten' },
    { RAW_RETENTION_DAYS: '-1' },
    { AGGREGATE_RETENTION_DAYS: '60' },
    { RAW_RETENTION_DAYS: '0', AGGREGATE_RETENTION_DAYS: '500' },
  ])('cannot be %o', (env) => expect(() => readConfig(env)).toThrow(ConfigError))

  it('ends at whole hours, and never where it is 0', () => {
    expect(tooOld({ rawDays: 10, aggregateDays: 0 }, now)).toEqual({ raw: Date.parse('2026-05-10T10:00:00Z') })
    expect(tooOld({ rawDays: 0, aggregateDays: 0 }, now)).toEqual({})
  })
})
