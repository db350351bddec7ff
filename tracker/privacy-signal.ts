/** What a browser can say of its user's wish not to be tracked. */
export type PrivacySignal = 'gpc' | 'dnt'

/**
 * The visitor's wish, if the browser tells one: Global Privacy Control (https://w3c.github.io/gpc/), or Do Not Track,
 * which older browsers spelt otherwise.
 */
export function privacySignal(): PrivacySignal | undefined {
  const { doNotTrack, globalPrivacyControl } = navigator as { doNotTrack?: string | null; globalPrivacyControl?: boolean | string }
  // Extensions that set it for the page have used texts.
  if (globalPrivacyControl === true || globalPrivacyControl === '1') return 'gpc'
  return doNotTrack === '1' || doNotTrack === 'yes' ? 'dnt' : undefined
}
