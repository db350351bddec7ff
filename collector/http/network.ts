import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import ipaddr from 'ipaddr.js'

/** Groups of 16 bits of an IPv6 address that name the network. */
const NETWORK_GROUPS = 4

/** Whom an address stands for where senders are told apart by it. Of IPv6 that is the first half: whoever has one address of a /64 has all of them. */
export function networkOf(address: string): string {
  if (!address.includes(':') || !ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, NETWORK_GROUPS).join(':') : parsed.toString()
}

/** Some proxies write the port of a client behind its address. */
const port = /^\[(.+)\](?::\d+)?$|^([\d.]+):\d+$/

/** Longest address that can be written. An IPv6 address may bear the name of a network card, which may be of any length. */
const LONGEST = 45

/**
 * Whom a request stands for. What proxies pass on may be whatever somebody has written there: what is no address counts as of the peer, lest it be a
 * sender of its own each time, and be kept in memory.
 */
export function senderOf({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  // A socket that has closed already has no address.
  const address = (ip ?? '').replace(port, '$1$2')
  return networkOf(address.length <= LONGEST && isIP(address) > 0 ? address : (socket.remoteAddress ?? ''))
}
