import type { CaptureSettings } from '@webwatch/events/config.ts'

/** What a site has settled for its tracker. */
export interface TrackerSettings extends CaptureSettings {
  /** Names of event types that are not captured. */
  readonly disabled: readonly string[]
}

/** What holds where nothing else is said: the parameters that many put into an address to say where a visitor comes from. */
export const ALLOWED_PARAMETERS = 'utm_*'
/** The same of the time after which a page is idle. */
export const IDLE_SECONDS = 60

/** What holds where nothing else is said. */
export const defaultSettings: TrackerSettings = {
  idleSeconds: IDLE_SECONDS,
  allowedParameters: [ALLOWED_PARAMETERS],
  maskSelectors: [],
  errorMessages: false,
  disabled: [],
}
