import { captures } from '@webwatch/events/generated/captures.ts'
import { ALLOWED_PARAMETERS, IDLE_SECONDS, type TrackerSettings } from '../settings.ts'
import type { Destination } from './transport.ts'

/** Longest time in ms that an event waits in the page. */
const MAX_FLUSH = 5_000

const positive = (text: string | undefined, fallback: number) => (+text! > 0 ? +text! : fallback)

const words = (text = '') => text.match(/[^\s,]+/g) ?? []

/**
 * What the script tag settles. Every attribute has a default.
 * @throws when `data-mask` is no selector, or `data-disable` names a type that there is not
 */
export function settingsOf({ mask, disable, idleSeconds, parameters, errorMessages }: DOMStringMap): TrackerSettings {
  const disabled = words(disable)
  // Nothing may be told that a site meant to mask.
  if (mask) document.querySelector(mask)
  for (const type of disabled) if (!(type in captures)) throw new Error(`data-disable: no event type "${type}"`)
  return {
    idleSeconds: positive(idleSeconds, IDLE_SECONDS),
    allowedParameters: words(parameters ?? ALLOWED_PARAMETERS),
    maskSelectors: mask ? [mask] : [],
    disabled,
    errorMessages: errorMessages === 'true',
  }
}

/** Where the script tag has events sent: to the origin that its `src` came from when `data-collector` is left out. */
export const destinationOf = ({ src, dataset }: HTMLScriptElement): Destination => [
  (dataset.collector || new URL(src || location.href).origin).replace(/\/+$/, ''),
  dataset.site || location.hostname,
  dataset.key || undefined,
  Math.min(MAX_FLUSH, positive(dataset.flushMs, MAX_FLUSH)),
]
