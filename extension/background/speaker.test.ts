import { describe, expect, it } from 'vitest'
import { hear } from './speaker.ts'

const own = { id: 'ours', base: 'chrome-extension://ours/' }
const popup = { id: 'ours', url: 'chrome-extension://ours/extension/popup/index.html' }
const tracker = { id: 'ours', url: 'https://shop.example/', frameId: 0, tab: { id: 7, url: 'https://shop.example/' } }
const prepared = {
  ...tracker,
  frameId: 697,
  documentId: 'D',
  documentLifecycle: 'prerender',
  tab: { id: 7, url: 'https://other.example/' },
}
const event = {
  id: '01a20fa4-e0a9-7002-8c42-c8637dd9aeae',
  type: 'click',
  time: 1,
  seq: 0,
  url: 'https://shop.example/',
  page: 'p',
  data: { x: 1, target: '#buy' },
}
const events = (parts: object = {}, count = 1) => ({
  kind: 'events',
  context: { language: 'de' },
  events: Array.from({ length: count }, () => ({ ...event, ...parts })),
})

describe('what may be acted on', () => {
  it('is what our own pages ask for', () => {
    expect(hear({ kind: 'forget' }, popup, own)).toEqual({ from: 'extension', message: { kind: 'forget' } })
  })

  it('is what our tracker says from a tab', () => {
    expect(hear(events(), tracker, own)).toMatchObject({ from: 'page', tab: tracker.tab, frameId: 0 })
    expect(hear({ kind: 'hello' }, tracker, own)).toMatchObject({ from: 'page', message: { kind: 'hello' } })
  })

  it('is the last that a tracker says, whose tab has been closed', () => {
    const closed = { id: 'ours', url: 'https://shop.example/', documentId: 'D' }
    expect(hear(events(), closed, own)).toMatchObject({ from: 'page', tab: undefined, documentId: 'D' })
  })
})

describe('nothing is acted on', () => {
  it.each([
    ['another extension', { kind: 'forget' }, { ...popup, id: 'theirs', url: 'chrome-extension://theirs/x.html' }],
    ['another extension that names our page', { kind: 'forget' }, { ...popup, id: 'theirs' }],
    ['nobody', { kind: 'forget' }, { url: popup.url }],
    ['a tracker that asks like the popup', { kind: 'forget' }, tracker],
    ['a page whose address only looks like ours', { kind: 'forget' }, { ...tracker, url: 'https://chrome-extension//ours/' }],
    ['a tracker in a document that is prepared while its tab shows another site', { kind: 'hello' }, prepared],
    ['a tracker in no tab and no document', events(), { id: 'ours', url: 'https://shop.example/' }],
    ['the popup when it speaks like a tracker', events(), popup],
  ])('that comes from %s', (_name, message, sender) => {
    expect(hear(message, sender, own)).toBeUndefined()
  })

  it.each([
    ['is nothing', undefined],
    ['is of no kind', { kind: 'other' }],
    ['has more than its kind says', { kind: 'hello', extra: 1 }],
    ['has no events', events({}, 0)],
    ['has too many events', events({}, 501)],
    ['has an event with an id of its own kind', events({ id: 'x' })],
    ['says which site or visitor it is', events({ site: 'bank.example', visitor: 'v' })],
    ['has nested data', events({ data: { x: { y: 1 } } })],
    ['has a number that is none', events({ data: { x: Number.NaN } })],
    ['has a text without end', events({ data: { target: 'x'.repeat(5_000) } })],
    ['has properties without end', events({ data: Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`p${at}`, 1])) })],
    ['is larger than a request may be', events({ data: { target: 'x'.repeat(4_000) } }, 300)],
  ])('that %s', (_name, message) => {
    expect(hear(message, tracker, own)).toBeUndefined()
  })
})
