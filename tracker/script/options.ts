import { defaultSettings, type TrackerSettings } from '../settings.ts'

/** Longest time in ms that an event waits in the page. */
const MAX_FLUSH = 5_000

/** What the attributes of the script tag say. */
export interface ScriptOptions {
  site: string
  key: string | undefined
  /** Where events go: an origin, without a slash at the end. */
  collector: string
  flushEvery: number
  respectPrivacySignals: boolean
  needsConsent: boolean
  settings: TrackerSettings
}

const positive = (text: string | undefined, fallback: number) => {
  const value = Number(text)
  return value > 0 ? value : fallback
}

/**
 * Reads the script tag. Every attribute has a default.
 * @param script the tag; `data-collector` is the origin that its `src` came from when left out
 */
export function readOptions(script: HTMLScriptElement): ScriptOptions {
  const { dataset } = script
  return {
    site: dataset.site || location.hostname,
    key: dataset.key || undefined,
    collector: (dataset.collector || new URL(script.src || location.href).origin).replace(/\/+$/, ''),
    flushEvery: Math.min(MAX_FLUSH, positive(dataset.flushMs, MAX_FLUSH)),
    respectPrivacySignals: dataset.respectPrivacySignals !== 'false',
    needsConsent: dataset.consent === 'required',
    settings: { ...defaultSettings, idleSeconds: positive(dataset.idleSeconds, defaultSettings.idleSeconds) },
  }
}

/** Whether the visitor's browser asks not to be tracked: Do Not Track or Global Privacy Control. */
export function hasPrivacySignal(): boolean {
  const { doNotTrack, globalPrivacyControl } = navigator as { doNotTrack?: string | null; globalPrivacyControl?: boolean }
  return doNotTrack === '1' || globalPrivacyControl === true
}
