import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

it('docs/operations.md lists every setting, and no other', () => {
  const known = new Set([...read('./config.ts').matchAll(/'([A-Z]+(?:_[A-Z]+)+)'/g)].map(([, name]) => name!))
  const listed = [...read('../docs/operations.md').matchAll(/^\| `([A-Z_]+)` /gm)].map(([, name]) => name!)
  expect(known.size).toBeGreaterThan(20)
  expect([...known].sort()).toEqual([...new Set(listed)].sort())
})
