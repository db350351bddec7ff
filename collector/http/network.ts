import ipaddr from 'ipaddr.js'

/** Groups of 16 bits of an IPv6 address that name the network. */
const NETWORK_GROUPS = 4

/** Whom an address stands for where senders are told apart by it. Of IPv6 that is the first half: whoever has one address of a /64 has all of them. */
export function networkOf(address: string): string {
  if (!address.includes(':') || !ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, NETWORK_GROUPS).join(':') : parsed.toString()
}
