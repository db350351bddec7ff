import type { FastifyInstance } from 'fastify'
import { RequestError } from '../errors.ts'
import { MAX_BODY_BYTES } from './body.ts'

/** Most bytes of bodies that are read, unpacked and parsed at the same time. */
const MAX_BYTES = 64 * 1024 * 1024
/** How much larger JSON of ours gets when it is unpacked. */
const GZIP_RATIO = 10

/** How much of the room a request takes; one that does not say its length takes the most that it may have. */
function weigh(length: string | undefined, encoding: string | undefined): number {
  const bytes = Number(length ?? MAX_BODY_BYTES) * (encoding === 'gzip' ? GZIP_RATIO : 1)
  return Number.isNaN(bytes) ? MAX_BODY_BYTES : Math.min(bytes, MAX_BODY_BYTES)
}

/** How much is allowed at the same time, in bytes. */
export interface Room {
  all: number
  /** Of one address, where senders are strangers: a few who send slowly must not keep all others out. */
  address?: number
}

/** The room of a collector that strangers reach, and of one that only this machine reaches. */
export const roomOf = (loopback: boolean): Room => ({ all: MAX_BYTES, ...(!loopback && { address: MAX_BYTES / 4 }) })

/** Sends requests away, unread, while more of them are under way than memory should hold. */
export function limitBodies(app: FastifyInstance, retryAfter: () => number, { all, address = all }: Room): void {
  let inside = 0
  const byAddress = new Map<string, number>()
  const add = (ip: string, bytes: number): void => {
    inside += bytes
    const own = (byAddress.get(ip) ?? 0) + bytes
    if (own > 0) byAddress.set(ip, own)
    else byAddress.delete(ip)
  }
  app.addHook('onRequest', async ({ headers, ip }, reply) => {
    const bytes = weigh(headers['content-length'], headers['content-encoding'])
    if (inside + bytes > all || (byAddress.get(ip) ?? 0) + bytes > address) {
      throw new RequestError('overloaded', 'Too many requests are under way', retryAfter())
    }
    add(ip, bytes)
    reply.raw.once('close', () => add(ip, -bytes))
  })
}
