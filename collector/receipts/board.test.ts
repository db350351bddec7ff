import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { receiptBoard } from './board.ts'
import type { Stage } from './receipt.ts'

const id = 'one'
const accepted: Stage = { id, stage: 'accepted', at: 1 }
const streamed: Stage = { id, stage: 'streamed', at: 2, topic: 'clicks', partition: 0, offset: '7' }
const stored: Stage = { id, stage: 'stored', at: 9, measurement: 'clicks', time: '1' }
const letter: Stage = { id, stage: 'dead-letter', at: 3, code: 'refused_by_store' }
const rejected: Stage = { id, stage: 'rejected', at: 4, code: 'wrong_site' }

/** What a board says of an event, of which it hears so. */
function heard(...stages: Stage[]) {
  const board = receiptBoard()
  const news: string[] = []
  board.listen(({ stage }) => news.push(stage))
  for (const stage of stages) board.post([stage])
  return { receipt: board.read(id), news }
}

describe('a receipt', () => {
  it('says how far an event has come, whatever is heard of first', () => {
    const { stage: _stored, id: _id, ...place } = stored
    for (const letters of [[letter], [rejected], [letter, rejected], []]) {
      const all = [accepted, streamed, stored, ...letters]
      fc.assert(
        fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (stages) => {
          expect(heard(...stages).receipt).toMatchObject({ state: 'stored', stored: place, accepted: { at: 1 }, streamed: { at: 2 } })
        }),
        { numRuns: 30 },
      )
    }
    expect(heard(letter, streamed, accepted).receipt.state).toBe('dead-letter')
  })

  it('of what was rejected, and is sent again with another key, says how far that has come', () => {
    expect(heard(rejected).receipt.state).toBe('rejected')
    expect(heard(rejected, { ...accepted, at: 5 }).receipt.state).toBe('accepted')
    expect(heard(rejected, { ...accepted, at: 5 }, stored).receipt.state).toBe('stored')
  })

  it('gives the latest reason, and tells each stage once', () => {
    const again: Stage = { ...letter, at: 8, code: 'refused_by_kafka' }
    for (const letters of [
      [letter, again],
      [again, letter],
    ]) {
      expect(heard(...letters).receipt['dead-letter']).toEqual({ at: 8, code: 'refused_by_kafka' })
    }
    expect(
      heard(accepted, accepted, { ...accepted, at: 6 }, letter, { ...letter, at: 7 }, again, stored, { ...stored, at: 10 }).news,
    ).toEqual(['accepted', 'dead-letter', 'dead-letter', 'stored'])
  })
})
