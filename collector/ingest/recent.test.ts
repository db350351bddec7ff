import { expect, it } from 'vitest'
import { recentIds } from './recent.ts'

it('remembers at least its capacity and at most twice that', () => {
  const recent = recentIds(10)
  for (let id = 0; id < 100; id++) {
    recent.add(String(id))
    for (let back = 0; back < Math.min(10, id); back++) expect(recent.has(String(id - back))).toBe(true)
    if (id >= 20) expect(recent.has(String(id - 20))).toBe(false)
  }
})
