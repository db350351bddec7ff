import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** For each connection what is to be done when it ends. */
const ends = new WeakMap<Socket, Set<() => void>>()

function endsOf(socket: Socket): Set<() => void> {
  let own = ends.get(socket)
  if (!own) {
    const all = new Set<() => void>()
    ends.set(socket, all)
    socket.once('close', () => {
      for (const end of all) end()
    })
    own = all
  }
  return own
}

/**
 * Calls back once when a request is over, whichever way: answered, or its connection is gone. The response alone does not tell: one that waits in
 * its connection behind others (pipelining) is never closed when the client leaves.
 */
export function whenOver({ raw: { socket } }: FastifyRequest, { raw: response }: FastifyReply, done: () => void): void {
  const own = endsOf(socket)
  const end = (): void => {
    if (own.delete(end)) done()
  }
  own.add(end)
  response.once('close', end)
  if (socket.closed) end()
}
