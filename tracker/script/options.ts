import { captures } from '@webwatch/events/generated/captures.ts'
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

const words = (text = '') => text.split(/[\s,]+/).filter(Boolean)

/**
 * Reads the script tag. Every attribute has a default.
 * @param script the tag; `data-collector` is the origin that its `src` came from when left out
 * @throws when `data-mask` is no selector, or `data-disable` names a type that there is not
 */
export function readOptions(script: HTMLScriptElement): ScriptOptions {
  const { dataset } = script
  const disabled = words(dataset.disable)
  // Nothing may be told that a site meant to mask.
  if (dataset.mask) document.createElement('i').matches(dataset.mask)
  for (const type of disabled) if (!(type in captures)) throw new Error(`data-disable: no event type "${type}"`)
  return {
    site: dataset.site || location.hostname,
    key: dataset.key || undefined,
    collector: (dataset.collector || new URL(script.src || location.href).origin).replace(/\/+$/, ''),
    flushEvery: Math.min(MAX_FLUSH, positive(dataset.flushMs, MAX_FLUSH)),
    respectPrivacySignals: dataset.respectPrivacySignals !== 'false',
    needsConsent: dataset.consent === 'required',
    settings: {
      ...defaultSettings,
      idleSeconds: positive(dataset.idleSeconds, defaultSettings.idleSeconds),
      allowedParameters: dataset.parameters === undefined ? defaultSettings.allowedParameters : words(dataset.parameters),
      maskSelectors: dataset.mask ? [dataset.mask] : [],
      disabled,
      errorMessages: dataset.errorMessages === 'true',
    },
  }
}
