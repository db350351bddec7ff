import { expect, it } from 'vitest'
import { parsedUrl } from './parsed-url.ts'

it('tells addresses from other texts, however often it is asked', () => {
  for (let time = 0; time < 50_000; time++) {
    expect(parsedUrl('https://shop.e\u00c4\u00a8xample')).toBeUndefined()
    expect(parsedUrl('https://shöp.example/ä')?.href).toBe('https://xn--shp-tna.example/%C3%A4')
  }
})
