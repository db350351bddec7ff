import type { TrackedEvent } from '@webwatch/events'
import { describe, expect, it } from 'vitest'
import type { LogEntry, State } from './entry.ts'
import { matches, subjectOf } from './filter.ts'
import { applied, viewOf } from './view.ts'

const base = { time: 0, seq: 0, site: 'shop.example', url: 'https://shop.example/cart?x=1', page: 'p', session: 's', visitor: 'v' }

function entry(order: number, type: string, data: TrackedEvent['data'], state: State = 'queued', updatedAt = 0): LogEntry {
  const event = { ...base, id: `id-${order}`, type, data }
  return { order, id: event.id, site: event.site, tab: 1, state, weight: 'normal', updatedAt, event, context: {} }
}

describe('filter', () => {
  const click = entry(1, 'click', { target: '#Buy' }, 'rejected')
  it.each([
    [{ type: '', state: '', search: '' }, true],
    [{ type: 'click', state: 'rejected', search: 'buy CLICK' }, true],
    [{ type: 'hover', state: '', search: '' }, false],
    [{ type: '', state: 'accepted', search: '' }, false],
    [{ type: '', state: '', search: 'buy sell' }, false],
  ])('%o lets a click pass: %s', (filter, passes) => expect(matches(click, filter)).toBe(passes))
})

describe('subject', () => {
  it('is what the type says', () => expect(subjectOf(entry(1, 'click', { target: '#buy' }))).toBe('#buy'))
  it('is a path where it lies on the same site', () => {
    expect(subjectOf(entry(1, 'download', { download_url: 'https://shop.example/a.zip' }))).toBe('/a.zip')
  })
  it('is the path of the page where the type has none', () => expect(subjectOf(entry(1, 'mousemove', { x: 1 }))).toBe('/cart'))
})

describe('view', () => {
  const view = viewOf([entry(1, 'click', {}), entry(2, 'click', {})])
  it('adds new entries and changes the state of known ones', () => {
    const next = applied(view, { kind: 'entries', entries: [entry(2, 'click', {}, 'accepted', 1), entry(3, 'click', {})] }, 'shop.example')
    expect([...next.values()].map(({ order, state }) => [order, state])).toEqual([
      [1, 'queued'],
      [2, 'accepted'],
      [3, 'queued'],
    ])
    expect(view.size).toBe(2)
  })
  it('does not go back to an older state', () => {
    const accepted = viewOf([entry(1, 'click', {}, 'accepted', 5)])
    expect(applied(accepted, { kind: 'entries', entries: [entry(1, 'click', {}, 'sent', 4)] }, 'shop.example').get(1)!.state).toBe(
      'accepted',
    )
  })
  it('leaves other sites alone', () => {
    expect(applied(view, { kind: 'entries', entries: [{ ...entry(9, 'click', {}), site: 'other.example' }] }, 'shop.example')).toBe(view)
    expect(applied(view, { kind: 'cleared', site: 'other.example' }, 'shop.example')).toBe(view)
  })
  it('keeps what waits when it is cleared', () => {
    const mixed = viewOf([entry(1, 'click', {}, 'accepted'), entry(2, 'click', {})])
    expect([...applied(mixed, { kind: 'cleared', site: 'shop.example' }, 'shop.example').keys()]).toEqual([2])
    expect(applied(mixed, { kind: 'cleared', site: null }, 'shop.example').size).toBe(0)
  })
})
