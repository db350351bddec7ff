import { catalogue, isOfWholeVisits, metricOf } from '@webwatch/metrics'
import { expect, it } from 'vitest'
import { readMetricRequest } from './request.ts'

const read = (id: string, parameters: Record<string, string>) =>
  readMetricRequest(metricOf(id)!, { site: 'shop.example', ...parameters }, Date.UTC(2026, 9, 25), new Map())
const page = 'https://shop.example/cart'

it.each(catalogue.filter(isOfWholeVisits).map(({ id }) => id))('%s is of whole visits, and refuses a page', (id) => {
  expect(() => read(id, { url: page })).toThrow(/^url is not for a metric of whole visits: .+/)
  expect(() => read(id, { by: 'url' })).toThrow(/^by: url is not for a metric of whole visits: .+/)
  expect(read(id, { device: 'mobile' }).query.filters).toEqual({ site: ['shop.example'], device: ['mobile'] })
})

it('knows which metrics these are, and leaves pages to the others', () => {
  const whole = ['bounce_rate', 'entry_pages', 'exit_pages', 'referrers', 'utm_sources', 'utm_mediums', 'utm_campaigns']
  expect(catalogue.filter(isOfWholeVisits).map(({ id }) => id)).toEqual(whole)
  expect(read('page_views', { url: page }).query.filters.url).toEqual([page])
  expect(read('visitors', { by: 'url' }).query.by).toEqual(['url'])
})
