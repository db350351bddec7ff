import { eventTypes } from '@webwatch/events'
import { REPORT_EVERY } from '@webwatch/events/duration/cadence.ts'
import { Check } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { checkEvent } from '../../collector/ingest/validation.ts'
import { type Plan, planVisits } from './plan.ts'
import { seededRandom } from './random.ts'
import { sample } from './sample.ts'

const now = Date.parse('2026-03-11T12:00:00Z')
const plan: Plan = { site: 'shop.example', seed: 7, rate: 30, seconds: 300, days: 0, faults: 0, now }
const visits = planVisits(plan)
const events = visits.flatMap((visit) => visit.events)

describe('simulated visitors', () => {
  it('do everything that WebWatch knows of: an event type that is new is not forgotten', () => {
    const happened = new Set(events.map(({ type }) => type))
    expect(eventTypes.map(({ type }) => type).filter((type) => !happened.has(type))).toEqual([])
  })

  it('break no contract', () => {
    expect(events.map((event, index) => checkEvent(event, index)).filter(Boolean)).toEqual([])
  })

  it('make as many events as are asked for, before the end', () => {
    expect(events.length).toBeGreaterThan(0.8 * plan.rate * plan.seconds)
    expect(events.length).toBeLessThan(1.2 * plan.rate * plan.seconds)
    expect(Math.min(...events.map(({ time }) => time))).toBeGreaterThanOrEqual(now)
    expect(Math.max(...events.map(({ time }) => time))).toBeLessThanOrEqual(now + plan.seconds * 1000)
  })

  it('are the same for the same seed, and others for another', () => {
    const short = { ...plan, seconds: 30 }
    const text = (seed: number) => JSON.stringify(planVisits({ ...short, seed }))
    const first = text(7)
    expect(text(7) === first).toBe(true)
    expect(text(8) === first).toBe(false)
  })

  it('have numbers without a gap in every view, and an id of their own for every event', () => {
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
    const next = new Map<string, number>()
    const wrong = events.filter(({ page, seq }) => {
      const expected = next.get(page) ?? 0
      next.set(page, seq + 1)
      return seq !== expected
    })
    expect(wrong).toEqual([])
  })

  it('are engaged for a while before it is told again: as long as in a page', () => {
    const toldBefore = new Map<string, number>()
    const steps = events.flatMap(({ type, page, data }) => {
      if (type !== 'duration') return []
      const { duration } = data as { duration: number }
      const step = duration - (toldBefore.get(page) ?? 0)
      toldBefore.set(page, duration)
      return [step]
    })
    expect(Math.max(...steps)).toBeCloseTo(REPORT_EVERY / 1000)
  })

  it('come again, bounce, and order', () => {
    const visitors = new Set(visits.map(({ visitor }) => visitor.id))
    expect(visitors.size).toBeLessThan(visits.length)
    const views = visits.map((visit) => visit.events.filter(({ type }) => type === 'pageview'))
    expect(views.some(({ length }) => length === 1)).toBe(true)
    expect(views.some((pages) => pages.some(({ url }) => url.endsWith('/order')))).toBe(true)
  })

  it('lose and spoil events where faults are asked for', () => {
    const faulty = planVisits({ ...plan, faults: 0.1 }).flatMap((visit) => visit.events)
    const spoilt = faulty.filter((event, index) => checkEvent(event, index)?.code === 'unknown_field')
    expect(spoilt.length).toBeGreaterThan(0.03 * faulty.length)
    expect(spoilt.length).toBeLessThan(0.08 * faulty.length)
  })

  it('can have come over the past days', () => {
    const times = planVisits({ ...plan, days: 5 }).flatMap((visit) => visit.events.map(({ time }) => time))
    expect(Math.max(...times)).toBeLessThanOrEqual(now)
    expect(new Set(times.map((time) => new Date(time).getUTCDate())).size).toBeGreaterThanOrEqual(5)
  })
})

it.each(eventTypes.map(({ type, data }) => [type, data] as const))('a sample of %s fulfils its schema', (_type, data) => {
  const random = seededRandom(1)
  for (let count = 0; count < 50; count++) expect(Check(data, sample(random, data))).toBe(true)
})
