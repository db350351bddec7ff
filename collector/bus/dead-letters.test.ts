import { describe, expect, it } from 'vitest'
import { letterRecord } from './dead-letters.ts'

/** Kafka's `max.message.bytes`, by default. */
const KAFKA_TAKES = 1_048_588

describe('the record of a dead letter', () => {
  const letter = { code: 'unreadable_record', message: 'no JSON', placement: { topic: 'clicks', partition: 1, offset: '7' } } as const
  const read = (value: string) => JSON.parse(String(letterRecord('dead', { ...letter, value }).value))

  it('holds what could not be stored, and where it came from', () => {
    expect(read('{"a":')).toMatchObject({ ...letter, value: '{"a":' })
    expect(letterRecord('dead', { ...letter, value: '' }).key).toBe('clicks/1')
  })

  it.each([
    ['plain', 'x'],
    ['quotes, which JSON escapes', '"'],
    ['control characters, which take six bytes each', '\u0001'],
    ['beyond ASCII', '€'],
    ['halves of characters', '\ud800'],
  ])('is one that Kafka takes, whatever the value is made of: %s', (_, character) => {
    const value = character.repeat(1_000_000)
    expect(letterRecord('dead', { ...letter, value }).value.length).toBeLessThan(KAFKA_TAKES - 1_000)
    const kept = read(value)
    expect(kept).toMatchObject({ ...letter, cut: true })
    expect(value.startsWith(kept.value)).toBe(true)
    expect(kept.value.length).toBeGreaterThan(100_000)
    expect(read('x'.repeat(800_000))).not.toHaveProperty('cut')
  })
})
