import { createHash, timingSafeEqual } from 'node:crypto'
import type { Keys, SiteKey } from '../config.ts'
import { RequestError } from '../errors.ts'
import { parsedUrl } from '../parsed-url.ts'

/** Whether events of a site may be written with the key that was given. */
export type SiteGuard = (site: string) => boolean

/** The keys in force. They can be replaced while requests come in. */
export interface Keyring {
  /** Whether writing needs a key at all. */
  areNeeded(): boolean
  /**
   * Finds out what a key may write.
   * @throws {RequestError} no_key, wrong_key
   */
  guardOf(given: string | undefined): SiteGuard
  /**
   * Checks the `Authorization` header of a request that reads: one site, or everything when none is named. On loopback none is needed.
   * @throws {RequestError} no_key, wrong_key, wrong_site
   */
  mayRead(header: string | undefined, site?: string): void
  /** Whether the `Authorization` header of a request lets it read anything at all. */
  isReader(header: string | undefined): boolean
  /**
   * Checks the `Authorization` header of a request that deletes: only ADMIN_TOKEN allows it. On loopback none is needed.
   * @throws {RequestError} no_key, wrong_key
   */
  mayDelete(header: string | undefined): void
  /** Whether pages of an origin belong to a site of the key, or of any key while none is given. */
  servesOrigin(origin: string, given: string | undefined): boolean
  /** From now on only these count. */
  replace(keys: Keys): void
  /** Calls back after each replacement, for answers that stay open; the answer ends it. */
  onReplace(listener: () => void): () => void
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** The token of an `Authorization: Bearer` header. */
export const bearer = (header: string | undefined): string | undefined => /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1]

/** Finds the sites of a key among hashes: in constant time, each with every one that is known. */
function finder(keys: readonly SiteKey[]): (given: string) => ReadonlySet<string> {
  const known = keys.map(({ site, key }) => ({ site, hash: digest(key) }))
  return (given) => {
    const hash = digest(given)
    return new Set(known.filter((entry) => timingSafeEqual(entry.hash, hash)).map(({ site }) => site))
  }
}

const covers = (sites: ReadonlySet<string>, site: string): boolean => sites.has('*') || sites.has(site.toLowerCase())

/** What follows from one set of keys. */
function compile({ write, read, admin }: Keys) {
  return {
    needed: write.length > 0,
    writers: finder(write),
    admins: finder(admin.map((key) => ({ site: '*', key }))),
    readers: finder([...read, ...admin.map((key) => ({ site: '*', key }))]),
    sites: new Set(write.map(({ site }) => site)),
  }
}

/**
 * Makes a keyring.
 * @param loopback whether reading needs no key
 */
export function keyring(keys: Keys, loopback: boolean): Keyring {
  let current = compile(keys)
  const listeners = new Set<() => void>()
  return {
    areNeeded: () => current.needed,
    guardOf(given) {
      if (!current.needed) return () => true
      if (!given) throw new RequestError('no_key', 'A write key is needed: Authorization: Bearer KEY, or "key" in the batch')
      const sites = current.writers(given)
      if (sites.size === 0) throw new RequestError('wrong_key', 'This write key is not known')
      return (site) => covers(sites, site)
    },
    mayRead(header, site) {
      if (loopback) return
      const given = bearer(header)
      if (!given) throw new RequestError('no_key', 'Reading needs a key of READ_KEYS or ADMIN_TOKEN: Authorization: Bearer KEY')
      const sites = current.readers(given)
      if (sites.size === 0) throw new RequestError('wrong_key', 'This key does not allow reading')
      if (!covers(sites, site ?? ''))
        throw new RequestError('wrong_site', 'This key reads only what belongs to its site: name it with site=')
    },
    isReader: (header) => loopback || current.readers(bearer(header) ?? '').size > 0,
    mayDelete(header) {
      if (loopback) return
      const given = bearer(header)
      if (!given) throw new RequestError('no_key', 'Deleting needs the token of ADMIN_TOKEN: Authorization: Bearer TOKEN')
      if (current.admins(given).size === 0) throw new RequestError('wrong_key', 'This key does not allow deleting')
    },
    servesOrigin(origin, given) {
      if (!current.needed) return true
      const address = parsedUrl(origin)
      if (!address) return false
      const { host, hostname } = address
      const sites = given === undefined ? current.sites : current.writers(given)
      return covers(sites, host) || covers(sites, hostname)
    },
    replace(next) {
      current = compile(next)
      for (const listener of listeners) listener()
    },
    onReplace(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}
