import { expect, it } from 'vitest'
import { byName } from './by-name.ts'

it('finds what was put there, by whatever name', () => {
  const record = { 'shop.example': 1, ...JSON.parse('{"__proto__":2}') }
  expect(byName(record, 'shop.example')).toBe(1)
  expect(byName(record, '__proto__')).toBe(2)
})

it.each(['constructor', '__proto__', 'toString', 'valueof'])('finds nothing for a host called %s that nobody put there', (name) => {
  expect(byName({ 'shop.example': 1 }, name)).toBeUndefined()
})
