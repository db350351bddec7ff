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
})
