import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanUrl, maskSecrets } from './url.ts'

describe('cleanUrl', () => {
  it.each([
    ['https://shop.example/a?utm_source=x&email=y#z', 'https://shop.example/a?utm_source=x'],
    ['https://ada:secret@shop.example/a', 'https://shop.example/a'],
    ['https://shop.example/reset/ada@mail.example/now', 'https://shop.example/reset/:email/now'],
    ['https://shop.example/reset/ada%40mail.example', 'https://shop.example/reset/:email'],
    ['https://shop.example/pay/4111111111111111', 'https://shop.example/pay/:number'],
    ['https://shop.example/t/a8f5f167f44f4964e6c998dee827110c', 'https://shop.example/t/:token'],
    ['https://shop.example/reset/ada%2540mail.example', 'https://shop.example/reset/:email'],
    ['https://shop.example/pay/4111%201111%201111%201111', 'https://shop.example/pay/:number'],
    ['https://shop.example/call/+49%20(171)%20234-5678', 'https://shop.example/call/+:number'],
    ['https://shop.example/call/٠١٧١٢٣٤٥٦٧٨', 'https://shop.example/call/:number'],
    ['https://shop.example/u/%D0%B0%D0%BD%D0%BD%D0%B0@%D0%BF%D0%BE%D1%87%D1%82%D0%B0.%D1%80%D1%84', 'https://shop.example/u/:email'],
    ['https://shop.example/k/sk_live_4eC39HqLyjWDarjtT1zdp7dc', 'https://shop.example/k/sk_live_:token'],
    ['https://shop.example/s/9f8e7d6c5b4a3921', 'https://shop.example/s/:token'],
    ['https://shop.example/s/QwErTyUiOpAsDfGhJkLz', 'https://shop.example/s/:token'],
    ['https://shop.example/s/0b8f6c1e-3d2a-4c5b-9e7f-1a2b3c4d5e6f', 'https://shop.example/s/:token'],
    ['https://shop.example/a;jsessionid=5b0a9c1e5b0a9c1e', 'https://shop.example/a;jsessionid=:token'],
    ['https://shop.example/100%/a8f5f167f44f4964e6c998dee827110c', 'https://shop.example/100%/:token'],
    ['https://shop.example/p/iphone-15-pro-max-256gb', 'https://shop.example/p/iphone-15-pro-max-256gb'],
    ['https://shop.example/npm/react@18.2.0', 'https://shop.example/npm/react@18.2.0'],
    ['https://shop.example/internationalisation', 'https://shop.example/internationalisation'],
    ['https://shop.example/order/12345', 'https://shop.example/order/12345'],
    ['https://shop.example/very-long-but-readable-article-name', 'https://shop.example/very-long-but-readable-article-name'],
    ['blob:https://shop.example/5b0a9c1e', 'blob:https://shop.example'],
    ['data:text/plain,secret', 'data:'],
    ['', ''],
    ['no address', ''],
  ])('makes %s %s', (address, cleaned) => expect(cleanUrl(address, ['utm_*'])).toBe(cleaned))

  it('keeps allowed parameters alone, and masks what is in them', () => {
    expect(cleanUrl('https://a.example/?q=ada@mail.example&r=1', ['q'])).toBe('https://a.example/?q=%3Aemail')
  })
})

it('masks what a title may give away', () => {
  expect(maskSecrets('Inbox (3) - ada@mail.example - 0171 2345 6789')).toBe('Inbox (3) - :email - :number')
  expect(maskSecrets('Call 0171/2345678')).toBe('Call :number')
})

describe('whatever a secret is', () => {
  const base64url = fc.uint8Array({ minLength: 18, maxLength: 48 }).map((bytes) => Buffer.from(bytes).toString('base64url'))
  const hex = fc.uint8Array({ minLength: 12, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))
  const card = fc
    .tuple(fc.array(fc.integer({ min: 1000, max: 9999 }), { minLength: 3, maxLength: 5 }), fc.constantFrom('', ' ', '-', '.'))
    .map(([groups, separator]) => groups.join(separator))
  // Random bytes are no even letters: what has a digit and a letter of each case is what a token looks like.
  const looksRandom = (text: string) => (text.match(/[a-z]\d|\d[a-z]/gi)?.length ?? 0) >= 3
  const secret = fc.oneof(base64url.filter(looksRandom), hex.filter(looksRandom), card, fc.emailAddress())

  it('does not stay in a path, as it is or escaped', () => {
    fc.assert(
      fc.property(secret, fc.nat(2), (text, times) => {
        let segment = encodeURIComponent(text)
        for (let time = 0; time < times; time++) segment = encodeURIComponent(segment)
        const cleaned = cleanUrl(`https://a.example/x/${segment}/y`, [])
        for (const form of [text, segment, encodeURI(text), encodeURIComponent(text)]) expect(cleaned).not.toContain(form)
        expect(cleaned).toMatch(/:(email|number|token)/)
      }),
    )
  })
  it('does not stay in a title', () => {
    fc.assert(fc.property(secret, (text) => void expect(maskSecrets(`Order ${text} · Shop`)).not.toContain(text)))
  })
})
