import { browser } from '../adapters/browser.ts'
import { byName } from '../by-name.ts'
import pageErrors from '../content/page-errors.iife.ts?script&iife'
import tracker from '../content/tracker.iife.ts?script&iife'
import type { ToPage } from '../messages.ts'
import { read, type SiteSettings, type Stored, settingsOf, type TrackedSite, write } from '../settings.ts'
import { type Site, siteOf, trackedAt } from '../site.ts'
import { showOff } from './badge.ts'

// The build gives a path relative to the extension's root; injection wants it absolute.
const absolute = (path: string) => (path.startsWith('/') ? path : `/${path}`)
const file = absolute(tracker)

/** What a site's documents get, from their very start. */
const scripts = [
  { name: 'tracker', js: [file], allFrames: true, matchOriginAsFallback: true },
  // Firefox tells errors to content scripts. A page could reach into a frame before our script is there, so frames are left alone.
  ...('getBrowserInfo' in browser.runtime ? [] : [{ name: 'errors', js: [absolute(pageErrors)], world: 'MAIN' as const }]),
]

async function isGranted(pattern: string): Promise<boolean> {
  return browser.permissions.contains({ origins: [pattern] })
}

/** The sites that are on. What is not granted any more is off: users take permissions back in the browser's own pages too. */
async function grantedSites(): Promise<Stored['sites']> {
  const sites = await read('sites')
  const kept: [name: string, site: TrackedSite][] = []
  for (const [name, site] of Object.entries(sites)) {
    const patterns: string[] = []
    for (const pattern of site.patterns) if (await isGranted(pattern)) patterns.push(pattern)
    if (patterns.length > 0) kept.push([name, { ...site, patterns }])
  }
  const granted = Object.fromEntries(kept)
  if (JSON.stringify(granted) !== JSON.stringify(sites)) await write('sites', granted)
  return granted
}

/** Makes the browser's registered scripts what is settled and granted: a relaunch forgets scripts. */
export async function reconcile(): Promise<void> {
  const sites = Object.entries(await grantedSites())
  const registered = await browser.scripting.getRegisteredContentScripts()
  const wanted = new Map<string, string[]>(
    sites.flatMap(([site, { patterns }]) => scripts.map(({ name }) => [`${name}:${site}`, [...patterns].sort()])),
  )
  // The browser gives patterns in an order of its own.
  const isStale = ({ id, matches = [] }: (typeof registered)[number]) => wanted.get(id)?.join() !== [...matches].sort().join()
  const stale = registered.filter(isStale).map(({ id }) => id)
  if (stale.length > 0) await browser.scripting.unregisterContentScripts({ ids: stale })
  const kept = new Set(registered.map(({ id }) => id).filter((id) => !stale.includes(id)))
  const missing = [...wanted].filter(([id]) => !kept.has(id))
  if (missing.length === 0) return
  await browser.scripting.registerContentScripts(
    missing.map(([id, matches]) => {
      const { name: _name, ...script } = scripts.find(({ name }) => id.startsWith(`${name}:`))!
      return { ...script, id, matches, runAt: 'document_start' as const, persistAcrossSessions: true }
    }),
  )
}

async function tabsOf(pattern: string): Promise<number[]> {
  const tabs = await browser.tabs.query({ url: pattern })
  return tabs.map(({ id }) => id).filter((id) => id !== undefined)
}

/** Starts to track a site that the user has granted, in the tabs that are open too. Does nothing where the grant is missing. */
export async function switchOn(site: Site): Promise<void> {
  if (!(await isGranted(site.pattern))) return
  const sites = await read('sites')
  const { patterns, settings } = byName(sites, site.name) ?? { patterns: [], settings: {} }
  await write('sites', { ...sites, [site.name]: { settings, patterns: [...new Set([...patterns, site.pattern])] } })
  await write('intended', null)
  await reconcile()
  await startIn(site.pattern)
}

/** Starts the tracker in the open tabs. */
async function startIn(pattern: string): Promise<void> {
  for (const tabId of await tabsOf(pattern)) {
    // A tab that shows an error page cannot be entered; it gets the script with its next page.
    await browser.scripting.executeScript({ target: { tabId, allFrames: true }, files: [file] }).catch((error) => console.debug(error))
  }
}

/** Starts the tracker in the open tabs of all sites that are on. */
export async function startInOpenTabs(): Promise<void> {
  await reconcile()
  for (const { patterns } of Object.values(await read('sites'))) for (const pattern of patterns) await startIn(pattern)
}

/** Tells something to the trackers in a tab. One without has nobody who listens. */
export async function tellTab(tabId: number, message: ToPage): Promise<void> {
  await browser.tabs.sendMessage(tabId, message).catch((error) => console.debug(error))
}

/** Gives a site that is on other settings, in the open tabs too: what is masked from now on is not told any more. */
export async function configure(name: string, settings: SiteSettings): Promise<void> {
  const sites = await read('sites')
  const site = byName(sites, name)
  if (!site) return
  await write('sites', { ...sites, [name]: { ...site, settings } })
  for (const pattern of site.patterns) {
    for (const tabId of await tabsOf(pattern)) await tellTab(tabId, { kind: 'settle', settled: settingsOf({ ...site, settings }) })
    // Where it had stopped, because the browser asks for that and the user did too, it may be wanted again.
    await startIn(pattern)
  }
}

/** Stops what tracks in tabs that show no site that is on. Of a site that is not granted any more not even the address is told. */
export async function stopElsewhere(): Promise<void> {
  const sites = await read('sites')
  for (const { id, url } of await browser.tabs.query({})) {
    const site = siteOf(url)
    if (id === undefined || (site && trackedAt(site, sites))) continue
    await tellTab(id, { kind: 'stop' })
    await showOff(id)
  }
}

/** Stops tracking a site everywhere, and gives the permission back where it was the user's to give. */
export async function switchOff(name: string): Promise<void> {
  const sites = await read('sites')
  const site = byName(sites, name)
  if (!site) return
  const { [name]: _gone, ...others } = sites
  await write('sites', others)
  await reconcile()
  await stopElsewhere()
  const required = (browser.runtime.getManifest() as { host_permissions?: string[] }).host_permissions ?? []
  for (const pattern of site.patterns) if (!required.includes(pattern)) await browser.permissions.remove({ origins: [pattern] })
}

/** The settings of a site, or null when it is not on. */
export async function settingsFor(name: string): Promise<SiteSettings | null> {
  const site = byName(await read('sites'), name)
  return site ? settingsOf(site) : null
}
