import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { clockWasSet } from './clock-watch.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})
afterEach(() => {
  vi.useRealTimers()
})

it('notices a clock that is set in either direction, and no other passing of time', async () => {
  for (const jump of [3_600_000, -3_600_000]) {
    let now = 0
    let set = 0
    const seen: string[] = []
    void clockWasSet(new AbortController().signal, { wall: () => now + set, steady: () => now }).then(({ message }) => seen.push(message))
    for (let second = 0; second < 20; second++) {
      now += 1_000
      // A second of drift, and a process that is held up for a minute.
      if (second === 5) set += 1_000
      if (second === 6) now += 60_000
      await vi.advanceTimersByTimeAsync(1_000)
    }
    expect(seen).toEqual([])
    set += jump
    await vi.advanceTimersByTimeAsync(1_000)
    expect(seen).toEqual([`the clock was set by ${jump / 1000} s`])
  }
})

it('ends with its signal', () => {
  const stopping = new AbortController()
  void clockWasSet(stopping.signal)
  expect(vi.getTimerCount()).toBe(1)
  stopping.abort()
  expect(vi.getTimerCount()).toBe(0)
})
