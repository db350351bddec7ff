import { expect, it } from 'vitest'
import { siteOf, trackedAt } from './site.ts'

const sites = { 'shop.example': { patterns: ['http://shop.example/*'], settings: {} } }

it.each([
  ['http://shop.example:8080/cart', true],
  // Nothing is captured there: the user has not been asked.
  ['https://shop.example/cart', false],
  ['http://other.example/', false],
  ['http://constructor/', false],
])('the site of %s is on: %s', (url, isOn) => expect(trackedAt(siteOf(url)!, sites) !== undefined).toBe(isOn))

it.each([undefined, '', 'about:blank', 'chrome://newtab/', 'file:///etc/hosts'])('there is no site at %s', (url) =>
  expect(siteOf(url)).toBeUndefined(),
)
