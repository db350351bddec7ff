import type { FastifyInstance, FastifyRequest } from 'fastify'
import { RequestError } from '../errors.ts'
import { senderOf } from '../http/network.ts'
import { whenOver } from '../http/over.ts'
import { countIn, type Room } from '../http/room.ts'
import { codingOf, MAX_BODY_BYTES } from './body.ts'
import { bearer } from './keys.ts'

/** Most bytes of bodies that are read, unpacked and parsed at the same time. */
const MAX_BYTES = 64 * 1024 * 1024
/** How much larger JSON of ours gets when it is unpacked. */
const GZIP_RATIO = 10

/** How much of the room a request takes; one that does not say its length takes the most that it may have. */
function weigh(request: FastifyRequest): number {
  const length = request.headers['content-length']
  const bytes = Number(length ?? MAX_BODY_BYTES) * (codingOf(request) === 'gzip' ? GZIP_RATIO : 1)
  return Number.isNaN(bytes) ? MAX_BODY_BYTES : Math.min(bytes, MAX_BODY_BYTES)
}

/** The room for bodies of all requests, in bytes, and within it that of those whose head has no key: who they are shows only when their bodies have been read. */
export interface Rooms {
  all: Room
  keyless?: Room
}

/** A quarter of a room is for one address. */
const quartered = (all: number): Room => ({ all, address: all / 4 })

/** The rooms of a collector that strangers reach, and of one that only this machine reaches. */
export const roomsOf = (loopback: boolean): Rooms =>
  loopback ? { all: { all: MAX_BYTES } } : { all: quartered(MAX_BYTES), keyless: quartered(MAX_BYTES / 2) }

const hasKey = ({ headers }: FastifyRequest): boolean => bearer(headers.authorization) !== undefined

/**
 * Sends requests away, unread, while more of them are under way than memory should hold. A key in the head must have been checked before: else
 * whoever makes one up is taken for somebody known.
 */
export function limitBodies(app: FastifyInstance, retryAfter: () => number, { all, keyless }: Rooms): void {
  const everybody = [countIn(all)]
  const strangers = keyless ? [...everybody, countIn(keyless)] : everybody
  app.addHook('onRequest', async (request, reply) => {
    const network = senderOf(request)
    const bytes = weigh(request)
    const rooms = hasKey(request) ? everybody : strangers
    if (!rooms.every(({ fits }) => fits(network, bytes))) {
      throw new RequestError('overloaded', 'Too many requests are under way', retryAfter())
    }
    for (const { add } of rooms) add(network, bytes)
    whenOver(request, reply, () => {
      for (const { add } of rooms) add(network, -bytes)
    })
  })
}
