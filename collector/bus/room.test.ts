import { describe, expect, it } from 'vitest'
import { Room } from './room.ts'

/** Asks, and tells who got in. */
function visitors(room: Room) {
  const inside: string[] = []
  const ask = (name: string, bytes: number) => void room.enter(bytes).then(() => inside.push(name))
  return { inside, ask }
}
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('room', () => {
  it('lets in what fits, in the order of asking', async () => {
    const room = new Room(10)
    const { inside, ask } = visitors(room)
    ask('a', 6)
    ask('b', 5)
    ask('c', 1)
    await settle()
    expect(inside).toEqual(['a'])
    room.leave(6)
    await settle()
    expect(inside).toEqual(['a', 'b', 'c'])
  })

  it('lets in alone what is larger than itself', async () => {
    const room = new Room(10)
    const { inside, ask } = visitors(room)
    ask('a', 1)
    ask('large', 50)
    ask('b', 1)
    await settle()
    room.leave(1)
    await settle()
    expect(inside).toEqual(['a', 'large'])
    room.leave(50)
    await settle()
    expect(inside).toEqual(['a', 'large', 'b'])
  })

  it('says when it is empty', async () => {
    const room = new Room(10)
    await room.empty()
    await room.enter(4)
    let empty = false
    void room.empty().then(() => {
      empty = true
    })
    await settle()
    expect(empty).toBe(false)
    room.leave(4)
    await settle()
    expect(empty).toBe(true)
  })
})
