import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errorCodes } from './errors.ts'

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')
const documented = [...page.matchAll(/^\|\s*`(\w+)`\s*\|\s*(\d+|–)\s*\|\s*(.+?)\s*\|$/gm)].map(([, code, status, meaning]) => ({
  code,
  status,
  meaning,
}))

describe('docs/errors.md', () => {
  it('has every code, with its status and meaning, and no other', () => {
    const known = Object.entries(errorCodes).map(([code, { status, meaning }]) => ({ code, status: String(status ?? '–'), meaning }))
    expect(documented).toEqual(known)
  })
})
