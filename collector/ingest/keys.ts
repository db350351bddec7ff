import { createHash, timingSafeEqual } from 'node:crypto'
import type { WriteKey } from '../config.ts'
import { RequestError } from '../errors.ts'

/** Whether events of a site may be written with the key that was given. */
export type SiteGuard = (site: string) => boolean

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** The token of an `Authorization: Bearer` header. */
export const bearer = (header: string | undefined): string | undefined => /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1]

/**
 * Finds out what a key may write. Keys are compared by their hashes and in constant time, each with every one that is known.
 * @returns a function from the given key to a guard
 */
export function writeGuard(keys: readonly WriteKey[]): (given: string | undefined) => SiteGuard {
  if (keys.length === 0) return () => () => true
  const known = keys.map(({ site, key }) => ({ site, hash: digest(key) }))
  return (given) => {
    if (!given) throw new RequestError('no_key', 'A write key is needed: Authorization: Bearer KEY, or "key" in the batch')
    const hash = digest(given)
    const sites = new Set(known.filter((entry) => timingSafeEqual(entry.hash, hash)).map(({ site }) => site))
    if (sites.size === 0) throw new RequestError('wrong_key', 'This write key is not known')
    return sites.has('*') ? () => true : (site) => sites.has(site.toLowerCase())
  }
}

/** Checks the token for reading. On a loopback address none is needed. */
export function readGuard(loopback: boolean, adminToken: string | undefined): (header: string | undefined) => void {
  if (loopback) return () => undefined
  const hash = adminToken === undefined ? undefined : digest(adminToken)
  return (header) => {
    const given = bearer(header)
    if (!given) throw new RequestError('no_key', 'Reading needs the token of ADMIN_TOKEN: Authorization: Bearer TOKEN')
    if (!hash || !timingSafeEqual(hash, digest(given))) throw new RequestError('wrong_key', 'This token does not allow reading')
  }
}
