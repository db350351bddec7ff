import { pointTime } from '@webwatch/events/point-time.ts'
import { describe, expect, it } from 'vitest'
import type { EventRecord } from '../record.ts'
import { clickEvent } from '../testing/batch.ts'
import { lineOf, OTHER } from './line-protocol.ts'

const record = (parts: Partial<EventRecord> = {}): EventRecord => ({
  ...clickEvent({ id: '018f4e5c-7c1a-7000-8000-0123456789ab', time: 1_767_225_600_123, page: 'p', session: 's', visitor: 'v' }),
  route: 'https://shop.example/item/:id',
  device: 'desktop',
  browser: 'Chrome',
  os: 'Linux',
  country: 'DE',
  source: 'extension',
  receivedAt: 1_767_225_600_500,
  context: {},
  ...parts,
})

describe('the line of an event', () => {
  it('has the tags, fields and time of the contract', () => {
    const [head, fields, time] = lineOf(record()).split(' ')
    expect(head).toBe(
      'clicks,browser=Chrome,country=DE,data_type=raw,device=desktop,site=shop.example,source=extension,target=#buy,url=https://shop.example/item/:id',
    )
    expect(fields).toBe(
      'count=1i,id="018f4e5c-7c1a-7000-8000-0123456789ab",seq=0i,session="s",visitor="v",page="p",' +
        'href="https://shop.example/item/12345?utm_source=mail",os="Linux",received_at=1767225600500i,' +
        'x=1.5,y=2,page_x=1.5,page_y=802,rel_x=0.25,rel_y=0.5',
    )
    expect(time).toMatch(/^1767225600123\d{6}$/)
  })

  it('escapes what has a meaning in line protocol', () => {
    const line = lineOf(record({ browser: 'a b,c=d', os: 'say "hi" \\', data: { ...record().data, target: 'a\nb\\' } }))
    expect(line).toContain(',browser=a\\ b\\,c\\=d,')
    expect(line).toContain(',os="say \\"hi\\" \\\\",')
    expect(line).toContain(',target=a\\ b,')
    expect(line).toContain(',target_full="a\nb\\\\"')
    expect(line.split('\n')).toHaveLength(2)
  })

  it('has (other) for tags that overflow, and keeps what did not fit as a field', () => {
    const line = lineOf(record({ overflow: ['site', 'url', 'target'] }))
    expect(line).toContain(`,site=${OTHER},source=extension,target=${OTHER},url=${OTHER} `)
    expect(line).toContain(',target_full="#buy",site_full="shop.example",')
    expect(lineOf(record({ overflow: ['url'] }))).toContain(`,target=#buy,url=${OTHER} `)
  })
})

describe('the time of a point', () => {
  it('stays within its ms, and is the same for the same id', () => {
    const time = pointTime(1_767_225_600_123, 'a')
    expect(time).toBe(pointTime(1_767_225_600_123, 'a'))
    expect(BigInt(time) / 1_000_000n).toBe(1_767_225_600_123n)
  })

  it('tells events of one ms apart', () => {
    const times = new Set(Array.from({ length: 500 }, (_, n) => pointTime(1, `018f4e5c-7c1a-7000-8000-${String(n).padStart(12, '0')}`)))
    expect(times.size).toBeGreaterThan(497)
  })
})
