/** What a browser can say of its user's wish not to be tracked. */
export type PrivacySignal = 'gpc' | 'dnt'

/**
 * The visitor's wish, if the browser tells one: Global Privacy Control (https://w3c.github.io/gpc/) or Do Not Track.
 */
export function privacySignal(): PrivacySignal | undefined {
  const { doNotTrack, globalPrivacyControl } = navigator as { doNotTrack?: string | null; globalPrivacyControl?: boolean }
  return globalPrivacyControl ? 'gpc' : doNotTrack === '1' ? 'dnt' : undefined
}
