import { createHash } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'
import { RequestError } from '../errors.ts'
import { Counts } from './counts.ts'
import { senderOf } from './network.ts'

/** Requests in a minute: of one address for anything, of one key from one address for writing, and of one address with a key that is none. A /64 of IPv6 is one address. */
export const REQUESTS_PER_MINUTE = { address: 6_000, key: 1_200, failures: 300 } as const

const MINUTE_MS = 60_000

/** Gives each sender its share and no more. */
export interface Limits {
  /**
   * Counts a request that writes. A key that comes in the body is known only when the body was read, so routes call this.
   * @throws {RequestError} too_many_requests
   */
  countKey(request: FastifyRequest, key: string | undefined): Promise<void>
}

const refuse = (ttlMs: number): never => {
  throw new RequestError('too_many_requests', 'This sender makes too many requests', Math.max(1, Math.ceil(ttlMs / 1000)))
}

/** Limits all routes of an app. On loopback all senders are programs of one person, so there nothing is limited. */
export async function limitRates(app: FastifyInstance, { config }: { config: Pick<Config, 'loopback'> }): Promise<Limits> {
  if (config.loopback) return { countKey: async () => undefined }
  await app.register(rateLimit, { global: false, timeWindow: MINUTE_MS, store: Counts })
  const address = app.createRateLimit({ max: REQUESTS_PER_MINUTE.address, keyGenerator: senderOf })
  const failures = app.createRateLimit({ max: REQUESTS_PER_MINUTE.failures, keyGenerator: senderOf })
  // Told apart by a hash, so that no key is kept.
  const keys = new WeakMap<FastifyRequest, string | undefined>()
  const key = app.createRateLimit({
    max: REQUESTS_PER_MINUTE.key,
    keyGenerator: (request) =>
      createHash('sha256')
        .update(`${keys.get(request as FastifyRequest) ?? ''} ${senderOf(request as FastifyRequest)}`)
        .digest('base64'),
  })
  app.addHook('onRequest', async (request) => {
    // Who guesses keys is not told any more whether one is right.
    const failed = await failures(request, { increment: false })
    if (!failed.isAllowed && failed.remaining === 0) refuse(failed.ttl)
    const all = await address(request)
    if (!all.isAllowed && all.isExceeded) refuse(all.ttl)
  })
  app.addHook('onError', async (request, _reply, error) => {
    if (error instanceof RequestError && error.code === 'wrong_key') await failures(request)
  })
  return {
    async countKey(request, given) {
      keys.set(request, given)
      const own = await key(request)
      if (!own.isAllowed && own.isExceeded) refuse(own.ttl)
    },
  }
}
