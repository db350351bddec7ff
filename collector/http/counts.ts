import type { FastifyRateLimitStore } from '@fastify/rate-limit'
import { LRUCache } from 'lru-cache'

/** Addresses and keys that are remembered; the one that was seen longest ago is forgotten first. */
const REMEMBERED = 20_000

type Done = Parameters<FastifyRateLimitStore['incr']>[1]

/**
 * How often somebody has come within a while. It goes by a clock that nobody sets: the library's own store goes by the time of day, and when that is
 * set back by an hour, a minute lasts so much longer.
 */
export class Counts implements FastifyRateLimitStore {
  readonly #byName = new LRUCache<string, { current: number; since: number }>({ max: REMEMBERED })

  incr(name: string, done: Done, windowMs: number): void {
    const now = performance.now()
    const known = this.#byName.get(name)
    const count = known && now - known.since < windowMs ? known : { current: 0, since: now }
    count.current++
    this.#byName.set(name, count)
    done(null, { current: count.current, ttl: count.since + windowMs - now })
  }

  /** As it is, without counting. */
  read(name: string, done: Done, windowMs: number): void {
    const known = this.#byName.peek(name)
    const left = known ? known.since + windowMs - performance.now() : 0
    done(null, known && left > 0 ? { current: known.current, ttl: left } : { current: 0, ttl: 0 })
  }

  child(): Counts {
    return new Counts()
  }
}
