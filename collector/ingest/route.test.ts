import { expect, it } from 'vitest'
import { routeOf } from './route.ts'

it.each([
  ['https://shop.example', 'https://shop.example/'],
  ['https://shop.example/?a=1', 'https://shop.example/'],
  ['http://127.0.0.1:8080/demo/cart.html?utm_source=x#y', 'http://127.0.0.1:8080/demo/cart.html'],
  ['https://shop.example/item/12345/reviews', 'https://shop.example/item/:id/reviews'],
  ['https://shop.example/o/018f4e5c-7c1a-7000-8000-0123456789ab', 'https://shop.example/o/:id'],
  ['https://shop.example/commit/9fceb02d0ae598e95dc970b74767f19372d61af8', 'https://shop.example/commit/:id'],
  ['https://shop.example/s/x7Kd92mPq0Lz81TgYv34', 'https://shop.example/s/:id'],
  ['https://shop.example/iphone-15-pro/v2/accede', 'https://shop.example/iphone-15-pro/v2/accede'],
  ['file:///home/me/page.html', 'file:///home/me/page.html'],
  ['/checkout/77?step=1', '/checkout/:id'],
])('%s is shown as %s', (url, route) => {
  expect(routeOf(url)).toBe(route)
})

it('never gets long', () => {
  expect(routeOf(`https://shop.example/${'long-'.repeat(400)}`).length).toBeLessThan(600)
})
