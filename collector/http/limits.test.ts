import Fastify, { type FastifyRequest } from 'fastify'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { RequestError } from '../errors.ts'
import { limitRates, REQUESTS_PER_MINUTE } from './limits.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** What a sender with a key is answered, so many times. */
async function writing() {
  const limits = await limitRates(Fastify(), { config: { loopback: false } })
  const request = { ip: '192.0.2.1', socket: {}, routeOptions: {} } as FastifyRequest
  return async (times: number): Promise<(RequestError | undefined)[]> => {
    const answers: (RequestError | undefined)[] = []
    for (let done = 0; done < times; done++) {
      answers.push(
        await limits.countKey(request, 'key').then(
          () => undefined,
          (error: RequestError) => error,
        ),
      )
    }
    return answers
  }
}

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('a minute', () => {
  it.each([-HOUR_MS, HOUR_MS])('lasts a minute when the time of day is set by %i ms meanwhile', async (jump) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const now = vi.spyOn(performance, 'now').mockReturnValue(1_000)
    const write = await writing()
    expect((await write(REQUESTS_PER_MINUTE.key)).every((error) => error === undefined)).toBe(true)
    vi.setSystemTime(Date.now() + jump)
    now.mockReturnValue(1_000 + MINUTE_MS / 2)
    const [refused] = await write(1)
    expect(refused).toMatchObject({ code: 'too_many_requests', retryAfter: 30 })
    now.mockReturnValue(1_000 + MINUTE_MS)
    expect(await write(1)).toEqual([undefined])
  })
})
