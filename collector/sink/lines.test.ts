import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Lines, linesOf } from './lines.ts'

const line = fc.string({ unit: 'binary', maxLength: 300 })
const written = (lines: readonly string[]): Lines => {
  const made = new Lines()
  for (const text of lines) made.add(text)
  return made
}
const bytesOf = (lines: readonly string[]) => Buffer.from(lines.map((text) => `${text}\n`).join(''))

describe('lines', () => {
  it('are the bytes of each with a line break, and of any part of them', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.nat(20), fc.nat(20), (texts, one, other) => {
        const [start, end] = [Math.min(one, other, texts.length), Math.min(Math.max(one, other), texts.length)]
        expect(
          written(texts)
            .bytes(start, end)
            .equals(bytesOf(texts.slice(start, end))),
        ).toBe(true)
      }),
    )
  })

  it('grow as far as they must', () => {
    const texts = Array.from({ length: 3_000 }, (_, index) => `${'ä€😀x'.repeat(index % 40)}${index}`)
    expect(written(texts).bytes().equals(bytesOf(texts))).toBe(true)
  })

  it('can be joined', () => {
    fc.assert(
      fc.property(fc.array(fc.array(line, { maxLength: 5 }), { maxLength: 5 }), (parts) => {
        const all = linesOf(parts.map(written))
        expect(all.count).toBe(parts.flat().length)
        expect(all.bytes().equals(bytesOf(parts.flat()))).toBe(true)
        if (all.count > 0) expect(all.bytes(all.count - 1).equals(bytesOf(parts.flat().slice(-1)))).toBe(true)
      }),
    )
  })
})

it('gives its memory to the next ones, and nothing that was in it', () => {
  const first = new Lines(1_000_000)
  first.add('a'.repeat(900_000))
  const { buffer } = first.bytes()
  first.release()
  expect(first.count).toBe(0)
  const second = new Lines(1_000_000)
  second.add('b')
  expect(second.bytes().buffer).toBe(buffer)
  expect(second.bytes().toString()).toBe('b\n')
  first.add('c')
  expect([first.bytes().toString(), second.bytes().toString()]).toEqual(['c\n', 'b\n'])
})
