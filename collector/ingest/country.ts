import { getCountryForTimezone } from 'countries-and-timezones'
import { LRUCache } from 'lru-cache'

const countries = new LRUCache<string, string>({ max: 1_000 })

/** The country in which a time zone lies (ISO 3166-1 alpha-2), or `unknown`. No address is looked up for it. */
export function countryOf(timeZone: string | undefined): string {
  if (!timeZone) return 'unknown'
  let country = countries.get(timeZone)
  if (country === undefined) {
    country = getCountryForTimezone(timeZone)?.id ?? 'unknown'
    countries.set(timeZone, country)
  }
  return country
}
