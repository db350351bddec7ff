import { expect, it } from 'vitest'
import { networkOf } from './network.ts'

it('takes the addresses of one /64 for one sender, and keeps all others apart', () => {
  const one = networkOf('2001:db8:1:2::1')
  expect(networkOf('2001:db8:1:2:ffff:ffff:ffff:ffff')).toBe(one)
  expect(networkOf('2001:0DB8:0001:0002::5')).toBe(one)
  expect(networkOf('2001:db8:1:3::1')).not.toBe(one)
  expect(networkOf('192.0.2.1')).toBe('192.0.2.1')
  expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1')
  expect(networkOf('::ffff:192.0.2.2')).toBe('192.0.2.2')
  expect(networkOf('no address: at all')).toBe('no address: at all')
})
