import { expect, it } from 'vitest'
import type { Accepted } from '../record.ts'
import { clickEvent } from '../testing/batch.ts'
import { underWay } from './under-way.ts'

const some = (count: number) => Array.from({ length: count }, () => ({ event: clickEvent() }) as Accepted)

it('tells who has an event in hand until it is let go', async () => {
  const events = underWay()
  const [mine, other] = [some(3), some(2)]
  expect(events.busyWith(mine)).toBeUndefined()
  const letGo = events.take(mine)
  expect(events.busyWith(other)).toBeUndefined()
  const done = events.busyWith([...other, mine[2]!])
  expect(done).toBeInstanceOf(Promise)
  letGo()
  await done
  expect(events.busyWith(mine)).toBeUndefined()
})
