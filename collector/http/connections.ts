import type { FastifyInstance } from 'fastify'
import type { Parts } from '../parts.ts'
import { networkOf } from './network.ts'
import { countIn, type Room } from './room.ts'

/** Connections that are held, also by those who say nothing. */
export const CONNECTIONS: Required<Room> = { all: 10_000, address: 1_000 }

/** Ends connections at once of which there are too many, in all or of one address. Behind a proxy and on loopback all are of one. */
export function limitConnections({ server }: FastifyInstance, { config, telemetry }: Parts): void {
  server.maxConnections = CONNECTIONS.all
  server.on('drop', () => telemetry.connectionsRefused.inc({ bound: 'all' }))
  if (config.loopback || config.trustProxy !== false) return
  const room = countIn(CONNECTIONS)
  server.on('connection', (socket) => {
    const network = networkOf(socket.remoteAddress ?? '')
    if (!room.fits(network, 1)) {
      telemetry.connectionsRefused.inc({ bound: 'address' })
      socket.destroy()
      return
    }
    room.add(network, 1)
    socket.once('close', () => room.add(network, -1))
  })
}
