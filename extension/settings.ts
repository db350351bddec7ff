import type { Identity } from '@webwatch/tracker/session.ts'
import { defaultSettings, type TrackerSettings } from '@webwatch/tracker/settings.ts'
import { browser } from './adapters/browser.ts'
import type { Site } from './site.ts'

declare const WEBWATCH_COLLECTOR_URL: string

/** Where events go. */
export interface CollectorSettings {
  /** Origin (and path, if any) of the collector, without a slash at the end. */
  url: string
  key: string
}

/** What the user has settled for one site. */
export interface SiteSettings extends TrackerSettings {
  /** Whether Do Not Track and Global Privacy Control stop the tracker. The user has switched the site on, so they do not by themselves. */
  readonly respectPrivacySignals: boolean
}

/** What holds for a site where nothing else is said. */
const defaultSiteSettings: SiteSettings = { ...defaultSettings, respectPrivacySignals: false }

/** A site that is on. */
export interface TrackedSite {
  /** Match patterns that the user has granted for it: http, https or both. */
  patterns: string[]
  /** What differs from the default. */
  settings: Partial<SiteSettings>
}

/** All that holds for a site that is on. */
export const settingsOf = ({ settings }: TrackedSite): SiteSettings => ({ ...defaultSiteSettings, ...settings })

/** How delivery goes. */
export interface DeliveryStatus {
  /** Attempts that failed in a row. */
  failures: number
  /** Of these, those in which one event was alone and could not be read, or was refused by who is no collector. None, unless given. */
  doubts?: number
  /** When the next attempt is due, in ms since the epoch. */
  retryAt: number
  /** What is wrong, in words for the user; null when nothing is. */
  problem: string | null
  /** Whether the problem is that events cannot be stored here. */
  unstored?: boolean
}

/** Delivery as it is when nothing is wrong. */
export const untroubled: DeliveryStatus = { failures: 0, retryAt: 0, problem: null }

/** What the extension keeps in its own storage. */
export interface Stored {
  collector: CollectorSettings
  /** Sites that are on, by host name. */
  sites: Record<string, TrackedSite>
  identities: Record<string, Identity>
  delivery: DeliveryStatus
  /** The site that the user is being asked about: Firefox may close the popup with its question. */
  intended: Site | null
}

const defaults: Stored = {
  collector: { url: WEBWATCH_COLLECTOR_URL, key: '' },
  sites: {},
  identities: {},
  delivery: untroubled,
  intended: null,
}

/** Reads one of the extension's settings. */
export async function read<Name extends keyof Stored>(name: Name): Promise<Stored[Name]> {
  const stored = await browser.storage.local.get(name)
  return (stored[name] as Stored[Name] | undefined) ?? defaults[name]
}

/** Writes one of the extension's settings. */
export async function write<Name extends keyof Stored>(name: Name, value: Stored[Name]): Promise<void> {
  await browser.storage.local.set({ [name]: value })
}

/** Calls back with the new value whenever a setting changes, until the returned function is called. */
export function onSetting<Name extends keyof Stored>(name: Name, callback: (value: Stored[Name]) => void): () => void {
  const listener = (changes: Record<string, { newValue?: unknown }>) => {
    if (name in changes) callback((changes[name]!.newValue as Stored[Name] | undefined) ?? defaults[name])
  }
  browser.storage.local.onChanged.addListener(listener)
  return () => browser.storage.local.onChanged.removeListener(listener)
}
