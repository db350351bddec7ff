import { describe, expect, it } from 'vitest'
import { isPageView } from './navigation.ts'

const shop = 'https://shop.example/list?page=1'

describe('a page view inside a document', () => {
  it.each([
    ['another path', 'https://shop.example/cart', 'push'],
    ['another path in place of this one', 'https://shop.example/cart', 'replace'],
    ['another query as a new entry', 'https://shop.example/list?page=2', 'push'],
    ['a route in the fragment', 'https://shop.example/list?page=1#/cart', 'push'],
    ['back to another path', 'https://shop.example/', 'traverse'],
  ] as const)('is %s', (_, to, type) => expect(isPageView(shop, to, type)).toBe(true))

  it.each([
    ['another query in place of this one', 'https://shop.example/list?page=2', 'replace'],
    ['a jump to a heading', 'https://shop.example/list?page=1#prices', 'push'],
    ['the same address with another state', shop, 'replace'],
  ] as const)('is not %s', (_, to, type) => expect(isPageView(shop, to, type)).toBe(false))
})
