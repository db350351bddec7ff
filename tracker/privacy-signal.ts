/** What a browser can say of its user's wish not to be tracked. */
export type PrivacySignal = 'gpc' | 'dnt'

const said = () => navigator as { doNotTrack?: string | null; globalPrivacyControl?: boolean }

/** Whether the visitor wishes not to be tracked: Global Privacy Control (https://w3c.github.io/gpc/) or Do Not Track. */
export const wantsPrivacy = (): boolean => said().globalPrivacyControl || said().doNotTrack === '1'

/** By which of the two the browser says so, if it does. */
export const privacySignal = (): PrivacySignal | undefined => (wantsPrivacy() ? (said().globalPrivacyControl ? 'gpc' : 'dnt') : undefined)
