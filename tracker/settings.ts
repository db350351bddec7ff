import type { CaptureConfig } from '@webwatch/events/config.ts'

/** What a site has settled for its tracker. */
export interface TrackerSettings extends Omit<CaptureConfig, 'view' | 'frame' | 'reports'> {
  /** Names of event types that are not captured. */
  readonly disabled: readonly string[]
}

/** What holds where nothing else is said. */
export const defaultSettings: TrackerSettings = {
  idleSeconds: 60,
  allowedParameters: ['utm_*'],
  maskSelectors: [],
  errorMessages: false,
  disabled: [],
}
