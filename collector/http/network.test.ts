import type { FastifyRequest } from 'fastify'
import { expect, it } from 'vitest'
import { networkOf, senderOf } from './network.ts'

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

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:50123', '192.0.2.1'],
  ['[2001:db8:1:2::1]:50123', networkOf('2001:db8:1:2::1')],
  ['2001:db8:1:2::1', networkOf('2001:db8:1:2::1')],
  // Whatever else somebody writes into X-Forwarded-For is not one more sender.
  ['', '198.51.100.7'],
  [undefined, '198.51.100.7'],
  ['unknown', '198.51.100.7'],
  ['x'.repeat(16_000), '198.51.100.7'],
  ['0'.repeat(16_000), '198.51.100.7'],
  [`fe80::1%${'x'.repeat(16_000)}`, '198.51.100.7'],
])('takes a request that says it comes from %j for one of %s', (ip, sender) => {
  const request = { ip, socket: { remoteAddress: '198.51.100.7' } } as unknown as FastifyRequest
  expect(senderOf(request)).toBe(sender)
})
