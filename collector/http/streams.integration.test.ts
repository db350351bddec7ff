import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestCollector, testCollector } from '../testing/collector.ts'

/** Streams that one address may have open off loopback. */
const OF_ONE_ADDRESS = 20

let collector: TestCollector
beforeAll(async () => {
  collector = await testCollector({ WRITE_KEYS: '*:write', TRUST_PROXY: '1' })
})
afterAll(() => collector.close())

it('receipt streams of one address leave room for those of others, and for its own once they are closed', async () => {
  const follow = (address: string) =>
    fetch(`${collector.url}/v1/receipts/stream?id=x`, { headers: { authorization: 'Bearer write', 'x-forwarded-for': address } })
  const close = (answers: Response[]) => Promise.all(answers.map(({ body }) => body?.cancel()))
  const held = await Promise.all(Array.from({ length: OF_ONE_ADDRESS }, () => follow('192.0.2.1')))
  const [own, other] = [await follow('192.0.2.1'), await follow('192.0.2.2')]
  expect(held.every(({ status }) => status === 200)).toBe(true)
  expect([own.status, other.status]).toEqual([429, 200])
  expect(Number(own.headers.get('retry-after'))).toBeGreaterThan(0)
  await close([...held, own, other])
  await expect
    .poll(async () => {
      const again = await follow('192.0.2.1')
      await close([again])
      return again.status
    })
    .toBe(200)
})
