import { byName } from './by-name.ts'
import type { TrackedSite } from './settings.ts'

/** Where a tab is, as far as tracking is concerned. */
export interface Site {
  /** The host name: what events carry as `site`. */
  name: string
  /** The match pattern that the user is asked for. Without a port: Firefox knows none in patterns. */
  pattern: string
}

/** The site that an address belongs to. Undefined where no tracker can go. */
export function siteOf(url: string | undefined): Site | undefined {
  if (!url || !URL.canParse(url)) return undefined
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return undefined
  return { name: hostname, pattern: `${protocol}//${hostname}/*` }
}

/** A site that is on where a tab is: http and https are granted one by one. */
export function trackedAt(site: Site, sites: Readonly<Record<string, TrackedSite>>): TrackedSite | undefined {
  const tracked = byName(sites, site.name)
  return tracked?.patterns.includes(site.pattern) ? tracked : undefined
}
